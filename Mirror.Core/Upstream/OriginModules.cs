using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;

namespace Mirror.Core.Upstream;

/// <summary>
/// Asks an origin in the module registry protocol.
/// See https://developer.hashicorp.com/terraform/internals/module-registry-protocol.
/// </summary>
public sealed class OriginModules(OriginHttp http, ServiceDiscovery discovery, MirrorOptions options)
{
    private readonly UpstreamLimits _limits = options.Upstream.Limits;

    public async Task<Outcome<VersionListAnswer>> GetVersionsAsync(ModuleAddress module, OriginCredential credential, string? etag, Deadline deadline)
    {
        var answer = await AskAsync(module, "versions", credential, etag, _limits.MaxVersionList, isJson: true, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        if (document.Body is null)
        {
            return new VersionListAnswer(null, document.ETag);
        }

        var parsed = OriginVersionList.ParseModules(document.Body);
        return parsed.TryGet(out var list) ? new VersionListAnswer(list, document.ETag) : parsed.Failure;
    }

    /// <summary>Where a version is now: an address may be signed for minutes only.</summary>
    public async Task<Outcome<ModuleLocation>> GetLocationAsync(ModuleAddress module, ProviderVersion version, OriginCredential credential, Deadline deadline)
    {
        var answer = await AskAsync(module, $"{Uri.EscapeDataString(version.Value)}/download", credential, null, _limits.MaxDocument, isJson: false, deadline).ConfigureAwait(false);
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
            return json.RootElement.ValueKind == JsonValueKind.Object ? OriginVersionList.Text(json.RootElement, "location") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a text in it that is not Unicode.
            return null;
        }
    }

    private async Task<Outcome<OriginDocument>> AskAsync(ModuleAddress module, string path, OriginCredential credential, string? etag, long maxLength, bool isJson, Deadline deadline)
    {
        var found = await discovery.FindModulesAsync(module.Hostname, credential, deadline).ConfigureAwait(false);
        if (!found.TryGet(out var service))
        {
            return found.Failure;
        }

        var url = new Uri(service.Url, $"{module.Namespace}/{module.Name}/{module.System}/{path}");
        return await http.GetDocumentAsync(new DocumentRequest(url, service.TakesToken ? credential.Token : null, etag, maxLength, isJson), deadline).ConfigureAwait(false);
    }
}
