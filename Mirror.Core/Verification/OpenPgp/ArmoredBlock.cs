using System.Buffers.Binary;
using System.Text;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>ASCII armor, parsed as strictly as clients do. See https://www.rfc-editor.org/rfc/rfc4880#section-6.2.</summary>
internal static class ArmoredBlock
{
    /// <summary>
    /// The maximum length of an armored key in characters; even keys with many user ids and third-party signatures are shorter.
    /// </summary>
    public const int MaxLength = 512 * 1024;

    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const string PublicKey = "PGP PUBLIC KEY BLOCK";

    // Clients reject longer lines.
    private const int MaxLineLength = 96;

    /// <summary>The bytes of the first block in the text, which must be a public key.</summary>
    /// <exception cref="InvalidDataException">The text is not a public key; the message is a clause that describes it.</exception>
    public static byte[] DecodePublicKey(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new InvalidDataException($"is {text.Length} characters long; expected at most {MaxLength}");
        }

        using var lines = new StringReader(text);
        string type = ReadType(lines);
        if (type != PublicKey)
        {
            throw new InvalidDataException($"is a '{DisplayText.Clean(type)}'; expected a '{PublicKey}'");
        }

        SkipHeaders(lines);
        byte[] bytes = ReadBody(lines, out byte[]? checksum);
        if (checksum is not null && !checksum.AsSpan().SequenceEqual(Crc24(bytes)))
        {
            throw new InvalidDataException("has an armor checksum that does not match its content");
        }

        return bytes;
    }

    private static string ReadType(StringReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            line = line.TrimEnd();
            if (line.StartsWith(Begin, StringComparison.Ordinal) && line.EndsWith(Dashes, StringComparison.Ordinal))
            {
                return line[Begin.Length..^Dashes.Length];
            }
        }

        throw new InvalidDataException($"has no line '{Begin}{PublicKey}{Dashes}'");
    }

    private static void SkipHeaders(StringReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                return;
            }

            if (!line.Contains(':', StringComparison.Ordinal))
            {
                throw new InvalidDataException("has no blank line between its armor headers and its content");
            }
        }

        throw new InvalidDataException("ends within its armor headers");
    }

    private static byte[] ReadBody(StringReader lines, out byte[]? checksum)
    {
        checksum = null;
        var base64 = new StringBuilder();
        while (lines.ReadLine() is { } line)
        {
            line = line.TrimEnd();
            if (line.StartsWith(End, StringComparison.Ordinal))
            {
                return FromBase64(base64.ToString());
            }

            if (line.Length > MaxLineLength || checksum is not null)
            {
                throw new InvalidDataException(
                    checksum is null ? $"has an armor line of {line.Length} characters; clients read at most {MaxLineLength}" : "has content after its armor checksum");
            }

            if (line.Length == 5 && line[0] == '=')
            {
                checksum = FromBase64(line[1..]);
            }
            else
            {
                base64.Append(line);
            }
        }

        throw new InvalidDataException($"is truncated: it has no line '{End}{PublicKey}{Dashes}'");
    }

    private static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException("has armor that is not base64", e);
        }
    }

    private static byte[] Crc24(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xB704CE;
        foreach (byte b in bytes)
        {
            crc ^= (uint)b << 16;
            for (int bit = 0; bit < 8; bit++)
            {
                crc <<= 1;
                crc ^= ((crc >> 24) & 1) * 0x1864CFB;
            }
        }

        byte[] result = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(result, crc);
        return result[1..];
    }
}
