using System.Collections.Concurrent;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Upstream;

/// <summary>The base URL of a service of an origin, ending in <c>/</c>.</summary>
/// <param name="TakesToken">
/// The URL is on the origin's own host or configured by the operator, so the origin's token may be sent there.
/// </param>
public sealed record OriginService(Uri Url, bool TakesToken);

/// <summary>
/// Discovers an origin's provider and module registry services.
/// See https://developer.hashicorp.com/terraform/internals/remote-service-discovery.
/// </summary>
public sealed class ServiceDiscovery(OriginHttp http, MirrorOptions options, TimeProvider time)
{
    // Bounded, since clients can name any number of hosts if any host is allowed. An entry is small.
    private const int MaxKnown = 2000;
    private const int MaxUrl = 2000;

    private const string Path = "/.well-known/terraform.json";
    private const string Providers = "providers.v1";
    private const string Modules = "modules.v1";

    private readonly ConcurrentDictionary<(ProviderHostname, CredentialIdentity), (
        Dictionary<string, OriginService> Services, Moment Asked)> _known = new();

    public async Task<Outcome<OriginService>> FindProvidersAsync(ProviderHostname host, OriginCredential credential, Deadline deadline) =>
        options.Upstream.FindHost(host)?.ProvidersUrl is { } configured
            ? new OriginService(configured, TakesToken: true)
            : await FindAsync(host, Providers, "provider registry", new Uri($"https://{host.Value}{Path}"), credential, deadline)
                .ConfigureAwait(false);

    /// <summary>If the host's <c>ProvidersUrl</c> is configured, the discovery document is requested from that server.</summary>
    public async Task<Outcome<OriginService>> FindModulesAsync(ProviderHostname host, OriginCredential credential, Deadline deadline)
    {
        var configured = options.Upstream.FindHost(host);
        if (configured?.MirrorUrl is not null)
        {
            return new Failure(
                FailureKind.NotFound, $"{host} is replaced by a network mirror (Mirror:Upstream:Hosts), and network mirrors have no modules.");
        }

        var document = configured?.ProvidersUrl is { } providers ? new Uri(providers, Path) : new Uri($"https://{host.Value}{Path}");
        return await FindAsync(host, Modules, "module registry", document, credential, deadline).ConfigureAwait(false);
    }

    /// <summary>Marks the cached services of a host, or of all hosts (null), as stale; they are still used if the host fails.</summary>
    public void Expire(ProviderHostname? host)
    {
        foreach (var (key, known) in _known)
        {
            if (host is null || key.Item1 == host)
            {
                _known.TryUpdate(key, (known.Services, Moment.Never), known);
            }
        }
    }

    private async Task<Outcome<OriginService>> FindAsync(
        ProviderHostname host, string service, string what, Uri document, OriginCredential credential, Deadline deadline)
    {
        if (options.IsOwn(host))
        {
            // The callers decide what may be queried; a request must never wait for another one of the same instance.
            return new Failure(FailureKind.NotFound, $"{host} is this instance itself, which is not queried as an origin.");
        }

        var key = (host, credential.Identity);
        bool known = _known.TryGetValue(key, out var entry);
        if (!known || !entry.Asked.IsWithin(options.Upstream.VersionsTtl, time))
        {
            var asked = await AskAsync(document, credential, deadline).ConfigureAwait(false);
            if (asked.TryGet(out var services))
            {
                if (_known.Count >= MaxKnown)
                {
                    _known.Clear();
                }

                _known[key] = entry = (services, Moment.Now(time));
            }
            else if (!known || !asked.Failure.IsOutage)
            {
                // A stale service is better than none.
                return asked.Failure;
            }
        }

        return entry.Services.TryGetValue(service, out var found)
            ? found
            : new Failure(FailureKind.NotFound, $"{host} offers no {what}: {document} does not list '{service}'.");
    }

    private async Task<Outcome<Dictionary<string, OriginService>>> AskAsync(Uri url, OriginCredential credential, Deadline deadline)
    {
        var answer = await http.GetDocumentAsync(
            new DocumentRequest(url, credential.Token, null, options.Upstream.Limits.MaxDocument, IsJson: true),
            deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        return Read(document, url);
    }

    /// <param name="url">The requested URL; the document may have come from a redirect target.</param>
    internal static Outcome<Dictionary<string, OriginService>> Read(OriginDocument document, Uri url)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Body);
            var services = new Dictionary<string, OriginService>();
            foreach (string name in json.RootElement.ValueKind == JsonValueKind.Object ? (string[])[Providers, Modules] : [])
            {
                if (OriginJson.Text(json.RootElement, name) is { Length: > 0 and <= MaxUrl } text
                    && ExactUrl.TryResolve(document.Url, text.EndsWith('/') ? text : text + "/", out var service))
                {
                    bool same = Uri.Compare(
                        url, service, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
                    services[name] = new OriginService(service, same);
                }
            }

            return services;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Failure(FailureKind.InvalidAnswer, $"{url} cannot be read: {e.Message}");
        }
    }
}
