using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// A package hash as the dependency lock file writes it: <c>zh:</c> covers the zip archive, <c>h1:</c> its contents.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock#checksum-verification.
/// </summary>
[JsonConverter(typeof(TextValueConverter<PackageHash>))]
public readonly record struct PackageHash : ITextValue<PackageHash>
{
    private PackageHash(string value) => Value = value;

    public string Value { get; }

    public bool IsContentHash => Value.StartsWith("h1:", StringComparison.Ordinal);

    public static PackageHash Zip(Sha256Digest digest) => new("zh:" + digest.Hex);

    /// <param name="hash">The SHA-256 of the sorted lines of content digests and file names.</param>
    public static PackageHash Content(ReadOnlySpan<byte> hash) => new("h1:" + Convert.ToBase64String(hash));

    /// <summary>Accepts the two schemes that clients support, in the exact form that they compare.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PackageHash hash)
    {
        hash = default;
        if (text is null)
        {
            return false;
        }

        if (text.StartsWith("zh:", StringComparison.Ordinal) && Sha256Digest.TryParse(text[3..], out var digest) && digest.Hex == text[3..])
        {
            hash = new PackageHash(text);
            return true;
        }

        Span<byte> bytes = stackalloc byte[33];
        if (text.StartsWith("h1:", StringComparison.Ordinal) && text.Length == 47
            && Convert.TryFromBase64String(text[3..], bytes, out int written) && written == 32)
        {
            hash = new PackageHash(text);
            return true;
        }

        return false;
    }

    public static PackageHash Parse(string text) =>
        TryParse(text, out var hash)
            ? hash
            : throw new FormatException(
                $"'{text}' is not a package hash; expected 'zh:' with 64 hexadecimal digits or 'h1:' with a base64 SHA-256.");

    public override string ToString() => Value;
}
