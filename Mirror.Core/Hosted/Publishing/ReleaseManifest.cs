using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// The protocol versions in a release's <c>manifest.json</c>.
/// See https://developer.hashicorp.com/terraform/registry/providers/publishing#terraform-registry-manifest-file.
/// </summary>
internal static class ReleaseManifest
{
    /// <summary>In bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxProtocols = 16;
    private const int MaxPart = 5;

    /// <summary>The protocol versions of a release without a manifest.</summary>
    public static IReadOnlyList<string> Default { get; } = ["5.0"];

    /// <param name="refusal">A clause that completes "the manifest …".</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out IReadOnlyList<string>? protocols, [NotNullWhen(false)] out string? refusal)
    {
        protocols = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("version", out var version)
                && version.ValueKind == JsonValueKind.Number
                && version.GetRawText() == "1"
                && root.TryGetProperty("metadata", out var metadata)
                && metadata.ValueKind == JsonValueKind.Object
                && metadata.TryGetProperty("protocol_versions", out var versions)
                && versions.ValueKind == JsonValueKind.Array
                && versions.GetArrayLength() is > 0 and <= MaxProtocols
                && versions.EnumerateArray().All(IsProtocol))
            {
                protocols = [.. versions.EnumerateArray().Select(item => item.GetString()!).Distinct()];
                refusal = null;
                return true;
            }
        }
        catch (JsonException)
        {
            refusal = "is not JSON";
            return false;
        }

        refusal = """is not valid; expected {"version": 1, "metadata": {"protocol_versions": ["6.0"]}}""";
        return false;
    }

    /// <summary>Whether clients can read it: they fail on anything but two numbers.</summary>
    private static bool IsProtocol(JsonElement item) =>
        item.ValueKind == JsonValueKind.String
        && item.GetString()!.Split('.') is [var major, var minor]
        && IsNumber(major)
        && IsNumber(minor);

    private static bool IsNumber(string part) => part.Length is > 0 and <= MaxPart && part.All(char.IsAsciiDigit);
}
