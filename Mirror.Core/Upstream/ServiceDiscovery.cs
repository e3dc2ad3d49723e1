using System.Collections.Concurrent;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Upstream;

/// <summary>The base URL of a service of an origin, ending in <c>/</c>.</summary>
/// <param name="TakesToken">The URL is on the origin's own host, or the operator configured it: the origin's token may go there.</param>
public sealed record OriginService(Uri Url, bool TakesToken);

/// <summary>
/// Finds where an origin speaks the provider and the module registry protocol.
/// See https://developer.hashicorp.com/terraform/internals/remote-service-discovery.
/// </summary>
public sealed class ServiceDiscovery(OriginHttp http, MirrorOptions options, TimeProvider time)
{
    // What is known of so many hosts, and credentials for them, takes little; anyone may name hosts where any may be asked.
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

    /// <summary>Of a host whose <c>ProvidersUrl</c> is configured, the server there is asked, not the host by its name.</summary>
    public async Task<Outcome<OriginService>> FindModulesAsync(ProviderHostname host, OriginCredential credential, Deadline deadline)
    {
        var configured = options.Upstream.FindHost(host);
        if (configured?.MirrorUrl is not null)
        {
            return new Failure(
                FailureKind.NotFound, $"A network mirror stands for {host} (Mirror:Upstream:Hosts), and those have no modules.");
        }

        var document = configured?.ProvidersUrl is { } providers ? new Uri(providers, Path) : new Uri($"https://{host.Value}{Path}");
        return await FindAsync(host, Modules, "module registry", document, credential, deadline).ConfigureAwait(false);
    }

    /// <summary>The host is asked again, or each one (null); what it said last still stands in where it cannot answer.</summary>
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
                // Where a service was a moment ago is a better guess than nothing.
                return asked.Failure;
            }
        }

        return entry.Services.TryGetValue(service, out var found)
            ? found
            : new Failure(FailureKind.NotFound, $"{host} offers no {what}: {document} names no '{service}'.");
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

    /// <param name="url">What was asked; the document may come from where that redirected to.</param>
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
