using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>A signing key offered by a registry.</summary>
public sealed record OfferedKey(
    [MaxLength(OfferedKey.MaxArmor)] string AsciiArmor,
    string? KeyId = null,
    [MaxLength(OfferedKey.MaxArmor)] string? TrustSignature = null,
    [MaxLength(1024)] string? Source = null,
    [MaxLength(2048)] string? SourceUrl = null)
{
    /// <summary>The maximum length of a key, in characters.</summary>
    public const int MaxArmor = 512 * 1024;
}

/// <summary>
/// The location of one platform's package, and its checksums and signature.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#find-a-provider-package.
/// </summary>
public sealed record DownloadDocument(
    IReadOnlyList<string> Protocols,
    string FileName,
    Uri DownloadUrl,
    Sha256Digest Digest,
    Uri SumsUrl,
    Uri SignatureUrl,
    IReadOnlyList<OfferedKey> SigningKeys)
{
    /// <param name="url">The document's own URL; its URLs may be relative to it.</param>
    public static Outcome<DownloadDocument> Parse(byte[] body, Uri url, Platform platform)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Malformed("it is not an object");
            }

            if (OriginJson.Text(root, "os") is { } os && os != platform.Os
                || OriginJson.Text(root, "arch") is { } arch && arch != platform.Arch)
            {
                return Malformed($"it is not for the platform {platform}");
            }

            string? fileName = OriginJson.Text(root, "filename");
            if (string.IsNullOrEmpty(fileName) || fileName.AsSpan().IndexOfAny("/\\\r\n\0") >= 0)
            {
                return Malformed($"'filename' is '{fileName}'");
            }

            if (!Sha256Digest.TryParse(OriginJson.Text(root, "shasum"), out var digest))
            {
                return Malformed($"'shasum' is '{OriginJson.Text(root, "shasum")}', expected 64 hexadecimal digits");
            }

            var urls = new Uri[3];
            string[] names = ["download_url", "shasums_url", "shasums_signature_url"];
            for (int i = 0; i < names.Length; i++)
            {
                if (OriginJson.Text(root, names[i]) is not { Length: > 0 } text || !ExactUrl.TryResolve(url, text, out urls[i]!))
                {
                    return Malformed($"'{names[i]}' is not a URL");
                }
            }

            return new DownloadDocument(OriginJson.Texts(root, "protocols"), fileName, urls[0], digest, urls[1], urls[2], ReadKeys(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e.Message);
        }
    }

    private static List<OfferedKey> ReadKeys(JsonElement root)
    {
        var keys = new List<OfferedKey>();
        if (root.TryGetProperty("signing_keys", out var signing) && signing.ValueKind == JsonValueKind.Object
            && signing.TryGetProperty("gpg_public_keys", out var list))
        {
            foreach (var key in OriginJson.Items(list))
            {
                if (key.ValueKind == JsonValueKind.Object && OriginJson.Text(key, "ascii_armor") is { Length: > 0 } armor)
                {
                    keys.Add(new OfferedKey(
                        armor,
                        OriginJson.Text(key, "key_id"),
                        OriginJson.Text(key, "trust_signature"),
                        OriginJson.Text(key, "source"),
                        OriginJson.Text(key, "source_url")));
                }
            }
        }

        return keys;
    }

    private static Failure Malformed(string problem) =>
        new(FailureKind.InvalidAnswer, $"The origin's download document cannot be read: {problem}.");
}
