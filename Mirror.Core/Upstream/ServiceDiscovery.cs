using System.Collections.Concurrent;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;

namespace Mirror.Core.Upstream;

/// <summary>The base URL of a service of an origin, ending in <c>/</c>.</summary>
/// <param name="TakesToken">The URL is on the origin's own host, or the operator configured it: the origin's token may go there.</param>
public sealed record OriginService(Uri Url, bool TakesToken);

/// <summary>
/// Finds where an origin speaks the provider registry protocol.
/// See https://developer.hashicorp.com/terraform/internals/remote-service-discovery.
/// </summary>
public sealed class ServiceDiscovery(OriginHttp http, MirrorOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(ProviderHostname, CredentialIdentity), (OriginService Service, DateTimeOffset Until)> _known = new();

    public async Task<Outcome<OriginService>> FindProvidersAsync(ProviderHostname host, OriginCredential credential, Deadline deadline)
    {
        if (options.Upstream.FindHost(host)?.ProvidersUrl is { } configured)
        {
            return new OriginService(configured, TakesToken: true);
        }

        var key = (host, credential.Identity);
        bool known = _known.TryGetValue(key, out var entry);
        if (known && time.GetUtcNow() < entry.Until)
        {
            return entry.Service;
        }

        var found = await AskAsync(host, credential, deadline).ConfigureAwait(false);
        if (found.TryGet(out var service))
        {
            _known[key] = (service, time.GetUtcNow() + options.Upstream.VersionsTtl);
            return service;
        }

        // Where the service was a moment ago is a better guess than nothing.
        return known && found.Failure.IsOutage ? entry.Service : found.Failure;
    }

    private async Task<Outcome<OriginService>> AskAsync(ProviderHostname host, OriginCredential credential, Deadline deadline)
    {
        var url = new Uri($"https://{host.Value}/.well-known/terraform.json");
        var answer = await http.GetDocumentAsync(new DocumentRequest(url, credential.Token, null, options.Upstream.Limits.MaxDocument, IsJson: true), deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        try
        {
            using var json = JsonDocument.Parse(document.Body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && OriginVersionList.Text(json.RootElement, "providers.v1") is { Length: > 0 } text
                && Uri.TryCreate(document.Url, text.EndsWith('/') ? text : text + "/", out var service))
            {
                bool same = Uri.Compare(url, service, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
                return new OriginService(service, same);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Failure(FailureKind.InvalidAnswer, $"{url} cannot be read: {e.Message}");
        }

        return new Failure(FailureKind.NotFound, $"{host} offers no provider registry: {url} names no 'providers.v1'.");
    }
}
