using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <param name="List">Null if unchanged since the ETag.</param>
public sealed record VersionListAnswer(OriginVersionList? List, string? ETag)
{
    internal static async Task<Outcome<VersionListAnswer>> AskAsync(
        OriginHttp http, VersionListForm form, DocumentRequest request, Deadline deadline)
    {
        OriginVersionList? list = null;
        var answer = await http.GetDocumentAsync(
            request with
            {
                ConsumeAsync = async (body, cancellationToken) => list = await VersionListParser.ReadAsync(
                form, body, cancellationToken).ConfigureAwait(false)
            },
            deadline).ConfigureAwait(false);
        return answer.TryGet(out var document) ? new VersionListAnswer(list, document.ETag) : answer.Failure;
    }
}

/// <summary>
/// Queries an origin through the provider registry protocol.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol.
/// </summary>
public sealed class OriginRegistry(OriginHttp http, ServiceDiscovery discovery, MirrorOptions options)
{
    private readonly UpstreamLimits _limits = options.Upstream.Limits;

    public async Task<Outcome<VersionListAnswer>> GetVersionsAsync(
        ProviderAddress provider, OriginCredential credential, string? etag, Deadline deadline)
    {
        var request = await FindAsync(provider, "versions", credential, etag, _limits.MaxVersionList, deadline).ConfigureAwait(false);
        return request.TryGet(out var found)
            ? await VersionListAnswer.AskAsync(http, VersionListForm.Providers, found, deadline).ConfigureAwait(false)
            : request.Failure;
    }

    public async Task<Outcome<DownloadDocument>> GetDownloadAsync(
        ProviderAddress provider, ProviderVersion version, Platform platform, OriginCredential credential, Deadline deadline)
    {
        string path = $"{version}/download/{platform.Os}/{platform.Arch}";
        var request = await FindAsync(provider, path, credential, null, _limits.MaxDocument, deadline).ConfigureAwait(false);
        if (!request.TryGet(out var found))
        {
            return request.Failure;
        }

        var answer = await http.GetDocumentAsync(found, deadline).ConfigureAwait(false);
        return answer.TryGet(out var document) ? DownloadDocument.Parse(document.Body!, document.Url, platform) : answer.Failure;
    }

    /// <summary>Fetches SHA256SUMS or its signature, without a token.</summary>
    public async Task<Outcome<byte[]>> GetFileAsync(Uri url, Deadline deadline)
    {
        var answer = await http.GetDocumentAsync(new DocumentRequest(url, null, null, _limits.MaxDocument, IsJson: false), deadline)
            .ConfigureAwait(false);
        return answer.TryGet(out var document) ? document.Body! : answer.Failure;
    }

    private async Task<Outcome<DocumentRequest>> FindAsync(
        ProviderAddress provider, string path, OriginCredential credential, string? etag, long maxLength, Deadline deadline)
    {
        var found = await discovery.FindProvidersAsync(provider.Hostname, credential, deadline).ConfigureAwait(false);
        if (!found.TryGet(out var service))
        {
            return found.Failure;
        }

        var url = ExactUrl.Resolve(service.Url, $"{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}/{path}");
        return new DocumentRequest(url, service.TakesToken ? credential.Token : null, etag, maxLength, IsJson: true);
    }
}
