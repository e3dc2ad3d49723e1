using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mirror.Core.Addresses;

/// <summary>
/// Versions in text form, for lists that are too long to allocate an object per version. Same rules and order as
/// <see cref="ProviderVersion"/>.
/// </summary>
internal static class VersionText
{
    public const int MaxLength = 128;

    // Missing minor and patch numbers are appended.
    public const int MaxCanonicalLength = MaxLength + 4;

    /// <summary>Parses a version; the spans point into <paramref name="text"/>.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out VersionParts parts)
    {
        parts = default;
        if (text.Length > MaxLength)
        {
            return false;
        }

        ReadOnlySpan<char> build = [], prerelease = [];
        int plus = text.IndexOf('+');
        if (plus >= 0)
        {
            build = text[(plus + 1)..];
            text = text[..plus];
            if (!AreIdentifiers(build, numericMayLeadWithZero: true))
            {
                return false;
            }
        }

        int dash = text.IndexOf('-');
        if (dash >= 0)
        {
            prerelease = text[(dash + 1)..];
            text = text[..dash];
            if (!AreIdentifiers(prerelease, numericMayLeadWithZero: false))
            {
                return false;
            }
        }

        Span<ulong> numbers = [0, 0, 0];
        int count = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (count == numbers.Length
                || !IsNumber(part)
                || !ulong.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count]))
            {
                return false;
            }

            count++;
        }

        parts = new VersionParts(numbers[0], numbers[1], numbers[2], prerelease, build) { Numbers = count, CoreLength = text.Length };
        return true;
    }

    /// <summary>Writes the canonical form of a version without allocating.</summary>
    /// <param name="destination">Of <see cref="MaxCanonicalLength"/> bytes.</param>
    public static bool TryCanonicalize(ReadOnlySpan<byte> text, Span<byte> destination, out int length)
    {
        length = 0;
        Span<char> characters = stackalloc char[MaxLength];
        if (text.Length > MaxLength || Ascii.ToUtf16(text, characters, out int count) != OperationStatus.Done
            || !TrySplit(characters[..count], out var parts))
        {
            return false;
        }

        // Numbers have no leading zeros, so a version is already canonical apart from missing parts.
        int core = parts.CoreLength;
        text[..core].CopyTo(destination);
        length = core;
        for (int i = parts.Numbers; i < 3; i++)
        {
            ".0"u8.CopyTo(destination[length..]);
            length += 2;
        }

        text[core..].CopyTo(destination[length..]);
        length += text.Length - core;
        return true;
    }

    /// <summary>The order of two canonical versions: by precedence, then by build metadata.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 0; i < 3; i++)
        {
            int order = CompareNumbers(TakeDigits(ref left), TakeDigits(ref right));
            if (order != 0)
            {
                return order;
            }

            if (i < 2)
            {
                left = left[1..];
                right = right[1..];
            }
        }

        SplitBuild(left, out var leftPrerelease, out var leftBuild);
        SplitBuild(right, out var rightPrerelease, out var rightBuild);
        if (leftPrerelease.IsEmpty != rightPrerelease.IsEmpty)
        {
            return leftPrerelease.IsEmpty ? 1 : -1;
        }

        // The shorter list sorts first: a missing identifier compares as a number without digits.
        while (!leftPrerelease.IsEmpty || !rightPrerelease.IsEmpty)
        {
            int order = CompareIdentifiers(TakeIdentifier(ref leftPrerelease), TakeIdentifier(ref rightPrerelease));
            if (order != 0)
            {
                return order;
            }
        }

        return leftBuild.SequenceCompareTo(rightBuild);
    }

    /// <param name="rest">The text after the three numbers.</param>
    private static void SplitBuild(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> prerelease, out ReadOnlySpan<byte> build)
    {
        int plus = rest.IndexOf((byte)'+');
        build = plus < 0 ? [] : rest[(plus + 1)..];
        prerelease = plus < 0 ? rest : rest[..plus];
        prerelease = prerelease.IsEmpty ? prerelease : prerelease[1..];
    }

    private static ReadOnlySpan<byte> TakeDigits(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }

    private static ReadOnlySpan<byte> TakeIdentifier(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'.');
        var identifier = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return identifier;
    }

    private static int CompareIdentifiers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        bool isLeftNumeric = IsNumeric(left), isRightNumeric = IsNumeric(right);
        return isLeftNumeric != isRightNumeric ? (isLeftNumeric ? -1 : 1)
            : isLeftNumeric ? CompareNumbers(left, right)
            : left.SequenceCompareTo(right);
    }

    // Without leading zeros, the longer number is greater.
    private static int CompareNumbers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    private static bool IsNumeric(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length > 0 && IsDigits(text) && (text.Length == 1 || text[0] != '0');

    // A plain loop: before tiered compilation, the framework's character search allocates on each call.
    private static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool numericMayLeadWithZero)
    {
        foreach (var range in text.Split('.'))
        {
            var identifier = text[range];
            if (identifier.IsEmpty)
            {
                return false;
            }

            foreach (char c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }

            if (!numericMayLeadWithZero && IsDigits(identifier) && !IsNumber(identifier))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The parts of a version.</summary>
internal readonly ref struct VersionParts(ulong major, ulong minor, ulong patch, ReadOnlySpan<char> prerelease, ReadOnlySpan<char> build)
{
    public ulong Major { get; } = major;

    public ulong Minor { get; } = minor;

    public ulong Patch { get; } = patch;

    public ReadOnlySpan<char> Prerelease { get; } = prerelease;

    public ReadOnlySpan<char> Build { get; } = build;

    /// <summary>How many of the three numbers the text contains.</summary>
    public int Numbers { get; init; }

    /// <summary>The length of the numbers, including the dots between them.</summary>
    public int CoreLength { get; init; }
}
