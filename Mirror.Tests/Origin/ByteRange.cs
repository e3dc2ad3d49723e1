using System.Globalization;

namespace Mirror.Tests.Origin;

/// <summary>The single range of a <c>Range: bytes=…</c> header within a body.</summary>
internal readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>False for another unit, several ranges, or a range outside the body.</summary>
    public static bool TryParse(string header, int bodyLength, out ByteRange range)
    {
        range = default;
        string[] ends = header.StartsWith("bytes=", StringComparison.Ordinal) ? header[6..].Split('-') : [];
        if (ends.Length != 2)
        {
            return false;
        }

        if (ends[0].Length == 0)
        {
            bool isSuffix = TryNumber(ends[1], out int length) && length > 0;
            length = Math.Min(length, bodyLength);
            range = new ByteRange(bodyLength - length, length);
            return isSuffix;
        }

        int last = bodyLength - 1;
        if (!TryNumber(ends[0], out int start)
            || start >= bodyLength
            || (ends[1].Length > 0 && !TryNumber(ends[1], out last))
            || last < start)
        {
            return false;
        }

        range = new ByteRange(start, Math.Min(last, bodyLength - 1) - start + 1);
        return true;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
