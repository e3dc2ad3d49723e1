using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Queries an origin through the module registry protocol.
/// See https://developer.hashicorp.com/terraform/internals/module-registry-protocol.
/// </summary>
public sealed class OriginModules(OriginHttp http, ServiceDiscovery discovery, MirrorOptions options)
{
    private readonly UpstreamLimits _limits = options.Upstream.Limits;

    public async Task<Outcome<VersionListAnswer>> GetVersionsAsync(
        ModuleAddress module, OriginCredential credential, string? etag, Deadline deadline)
    {
        var request = await FindAsync(module, "versions", credential, etag, _limits.MaxVersionList, isJson: true, deadline)
            .ConfigureAwait(false);
        return request.TryGet(out var found)
            ? await VersionListAnswer.AskAsync(http, VersionListForm.Modules, found, deadline).ConfigureAwait(false)
            : request.Failure;
    }

    /// <summary>The current location of a version: the address may be signed for a few minutes only.</summary>
    public async Task<Outcome<ModuleLocation>> GetLocationAsync(
        ModuleAddress module, ProviderVersion version, OriginCredential credential, Deadline deadline)
    {
        var request = await FindAsync(
            module,
            $"{Uri.EscapeDataString(version.Value)}/download",
            credential,
            null,
            _limits.MaxDocument,
            isJson: false,
            deadline).ConfigureAwait(false);
        if (!request.TryGet(out var found))
        {
            return request.Failure;
        }

        var answer = await http.GetDocumentAsync(found, deadline).ConfigureAwait(false);
        return answer.TryGet(out var document)
            ? ModuleLocation.Parse(document.ModuleLocation ?? ReadLocation(document.Body), document.Url)
            : answer.Failure;
    }

    /// <summary>Some registries give the address in a document instead of a header.</summary>
    internal static string? ReadLocation(byte[]? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? OriginJson.Text(json.RootElement, "location") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or it contains invalid Unicode.
            return null;
        }
    }

    private async Task<Outcome<DocumentRequest>> FindAsync(
        ModuleAddress module, string path, OriginCredential credential, string? etag, long maxLength, bool isJson, Deadline deadline)
    {
        var found = await discovery.FindModulesAsync(module.Hostname, credential, deadline).ConfigureAwait(false);
        if (!found.TryGet(out var service))
        {
            return found.Failure;
        }

        var url = ExactUrl.Resolve(service.Url, $"{module.Namespace}/{module.Name}/{module.System}/{path}");
        return new DocumentRequest(url, service.TakesToken ? credential.Token : null, etag, maxLength, isJson);
    }
}
