using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>One platform's package as listed by another mirror.</summary>
public sealed record ChainedArchive(Platform Platform, Uri Url, IReadOnlyList<PackageHash> Hashes)
{
    /// <summary>The SHA-256 of the zip, if the other mirror lists it.</summary>
    public Sha256Digest? Digest =>
        Hashes.Where(hash => !hash.IsContentHash).Select(hash => (Sha256Digest?)Sha256Digest.Parse(hash.Value[3..])).FirstOrDefault();

    /// <summary>The <c>h1:</c> hash, if the other mirror lists it.</summary>
    public PackageHash? ContentHash => Hashes.Where(hash => hash.IsContentHash).Select(hash => (PackageHash?)hash).FirstOrDefault();
}

/// <summary>
/// Queries another network mirror instead of an origin (<c>Mirror:Upstream:Hosts:{n}:MirrorUrl</c>).
/// See https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
/// </summary>
public sealed class ChainedMirror(OriginHttp http, MirrorOptions options)
{
    public Task<Outcome<VersionListAnswer>> GetVersionsAsync(
        Uri mirror, ProviderAddress provider, OriginCredential credential, string? etag, Deadline deadline) =>
        VersionListAnswer.AskAsync(
            http,
            VersionListForm.Mirror,
            Request(mirror, provider, "index.json", credential, etag, options.Upstream.Limits.MaxVersionList),
            deadline);

    public async Task<Outcome<IReadOnlyList<ChainedArchive>>> GetArchivesAsync(
        Uri mirror, ProviderAddress provider, ProviderVersion version, OriginCredential credential, Deadline deadline)
    {
        var answer = await http.GetDocumentAsync(
            Request(mirror, provider, $"{version}.json", credential, null, options.Upstream.Limits.MaxDocument),
            deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return new Outcome<IReadOnlyList<ChainedArchive>>(null, answer.Failure);
        }

        return ReadArchives(document);
    }

    internal static Outcome<IReadOnlyList<ChainedArchive>> ReadArchives(OriginDocument document)
    {
        return Read<IReadOnlyList<ChainedArchive>>(document, "archives", archives =>
        {
            var list = new List<ChainedArchive>();
            foreach (var item in archives.EnumerateObject())
            {
                if (Platform.TryParse(item.Name, out var platform) && item.Value.ValueKind == JsonValueKind.Object
                    && OriginJson.Text(item.Value, "url") is { Length: > 0 } text && ExactUrl.TryResolve(document.Url, text, out var url))
                {
                    var hashes = OriginJson.Texts(item.Value, "hashes")
                        .Select(hash => PackageHash.TryParse(hash, out var parsed) ? parsed : (PackageHash?)null);
                    list.Add(new ChainedArchive(platform, url, [.. hashes.OfType<PackageHash>()]));
                }
            }

            return list;
        });
    }

    private static Outcome<T> Read<T>(OriginDocument document, string member, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var json = JsonDocument.Parse(document.Body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.Object
                ? new Outcome<T>(read(value), null)
                : new Failure(
                    FailureKind.InvalidAnswer, $"The mirror's document {OriginGuard.Redact(document.Url)} has no object '{member}'.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Failure(
                FailureKind.InvalidAnswer, $"The mirror's document {OriginGuard.Redact(document.Url)} cannot be read: {e.Message}");
        }
    }

    private static DocumentRequest Request(
        Uri mirror, ProviderAddress provider, string file, OriginCredential credential, string? etag, long maxLength) => new(
        ExactUrl.Resolve(
            mirror,
            $"{provider.Hostname}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}/{Uri.EscapeDataString(file)}"),
        credential.Token, etag, maxLength, IsJson: true);
}
