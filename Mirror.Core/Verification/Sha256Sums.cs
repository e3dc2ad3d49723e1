using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Core.Verification;

/// <summary>
/// A provider version's SHA256SUMS document: one line <c>hex  file name</c> per package. Clients read it too, so a document that would
/// crash or mislead them (a blank line, <c>hash *file</c>) is rejected as a whole.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#find-a-provider-package.
/// </summary>
public sealed class Sha256Sums
{
    private const int MaxLineLength = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FrozenDictionary<string, Sha256Digest> _digests;

    private Sha256Sums(Dictionary<string, Sha256Digest> digests) => _digests = digests.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The digest of every file in the document: packages and others, such as the manifest.</summary>
    public IReadOnlyDictionary<string, Sha256Digest> Digests => _digests;

    /// <summary>
    /// Accepts LF and CRLF, any number of spaces or tabs between the two fields, and hexadecimal digits in either case, all of which
    /// clients accept too; nothing else.
    /// </summary>
    /// <param name="document">The signed bytes.</param>
    /// <param name="sums">The document, if it is valid.</param>
    /// <param name="refusal">Otherwise a clause that names the line, its content and what was expected.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> document,
        [NotNullWhen(true)] out Sha256Sums? sums,
        [NotNullWhen(false)] out string? refusal)
    {
        sums = null;
        var digests = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        if (document.EndsWith("\n"u8))
        {
            document = document[..^1];
        }

        int number = 0;
        foreach (Range range in document.Split((byte)'\n'))
        {
            number++;
            if (ReadLine(document[range], digests) is { } fault)
            {
                refusal = document.IsEmpty ? "SHA256SUMS is empty" : $"line {number} of SHA256SUMS {fault}";
                return false;
            }
        }

        sums = new Sha256Sums(digests);
        refusal = null;
        return true;
    }

    /// <summary>The digest of a file, if the document lists it.</summary>
    public bool TryFind(string fileName, out Sha256Digest digest) => _digests.TryGetValue(fileName, out digest);

    private static string? ReadLine(ReadOnlySpan<byte> bytes, Dictionary<string, Sha256Digest> digests)
    {
        if (bytes.Length > MaxLineLength)
        {
            return $"is {bytes.Length} bytes long; expected at most {MaxLineLength}";
        }

        string line;
        try
        {
            line = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return "is not UTF-8";
        }

        line = line.EndsWith('\r') ? line[..^1] : line;
        string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0)
        {
            return "is blank, which crashes clients";
        }

        if (!Sha256Digest.TryParse(fields[0], out var digest))
        {
            return $"begins with {Quote(fields[0])}; expected the 64 hexadecimal digits of a SHA-256";
        }

        if (fields.Length != 2 || char.IsWhiteSpace(line[0]))
        {
            return $"is {Quote(line)}; expected a SHA-256, spaces and a file name";
        }

        string name = fields[1];
        if (name.StartsWith('*'))
        {
            return $"names {Quote(name)}; clients do not understand the binary marker '*'";
        }

        if (name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return $"names {Quote(name)}; expected a file name without control characters or spaces";
        }

        if (!digests.TryAdd(name, digest) && digests[name] != digest)
        {
            return $"repeats '{name}' with a different SHA-256";
        }

        return null;
    }

    private static string Quote(string text)
    {
        string shown = text.Length > 100 ? text[..100] + "…" : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }
}
