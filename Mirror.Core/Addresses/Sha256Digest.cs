using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>A SHA-256 digest, written as 64 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(TextValueConverter<Sha256Digest>))]
public readonly record struct Sha256Digest : ITextValue<Sha256Digest>
{
    private Sha256Digest(string hex) => Hex = hex;

    public string Hex { get; }

    /// <summary>The digest as a Terraform package hash of the zip archive.</summary>
    public PackageHash ZipHash => PackageHash.Zip(this);

    public static Sha256Digest FromBytes(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new Sha256Digest(Convert.ToHexStringLower(hash))
            : throw new ArgumentException($"A SHA-256 has {SHA256.HashSizeInBytes} bytes, not {hash.Length}.", nameof(hash));

    public static Sha256Digest Of(ReadOnlySpan<byte> content) => FromBytes(SHA256.HashData(content));

    /// <summary>Accepts hexadecimal digits in either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Sha256Digest digest)
    {
        bool valid = text is { Length: 64 } && text.All(char.IsAsciiHexDigit);
        digest = valid ? new Sha256Digest(text!.ToLowerInvariant()) : default;
        return valid;
    }

    public static Sha256Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text}' is not a SHA-256; expected 64 hexadecimal digits.");

    public override string ToString() => Hex;
}
