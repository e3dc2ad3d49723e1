using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mirror.Tests.Origin.Wire;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>
/// A strict origin registry on the loopback interface. It implements the provider registry protocol, signs its releases, counts and records
/// every request, records protocol violations of its client, and can simulate faults. A test can change everything at run time, from any
/// thread.
/// </summary>
public sealed class FakeOrigin : IAsyncDisposable
{
    private readonly OriginLog _log = new();
    private readonly OriginRegistry _registry;
    private readonly LoopbackServer _http;
    private readonly LoopbackServer? _https;
    private readonly Lock _lock = new();
    private readonly List<FaultRule> _rules = [];

    private FakeOrigin(X509Certificate2? certificate)
    {
        _registry = new OriginRegistry(_log);
        _http = new LoopbackServer(exchange => HandleAsync(exchange, isTls: false));
        _https = certificate is null ? null : new LoopbackServer(exchange => HandleAsync(exchange, isTls: true), certificate);
    }

    /// <summary><c>http://127.0.0.1:PORT/</c></summary>
    public string Url => $"http://127.0.0.1:{_http.Port}/";

    /// <summary><c>https://127.0.0.1:PORT/</c>, on a separate port.</summary>
    public string HttpsUrl => _https is null
        ? throw new InvalidOperationException("This origin was started without a certificate.")
        : $"https://127.0.0.1:{_https.Port}/";

    /// <summary>From now on, https connections need this client certificate.</summary>
    public X509Certificate2? RequiredClient { set => _https!.ClientAuthority = value; }

    /// <summary>The base URL of <c>providers.v1</c>, for <c>ProvidersUrl</c>.</summary>
    public string ProvidersUrl => Url + OriginRoute.ProvidersPath[1..];

    /// <summary>Documents in the dialect of registry.opentofu.org.</summary>
    public bool LikeOpenTofu { set => _registry.LikeOpenTofu = value; }

    /// <summary>Download documents contain URLs relative to the host instead of absolute ones.</summary>
    public bool RelativeUrls { set => _registry.RelativeUrls = value; }

    /// <summary>Version lists have an ETag, and a matching If-None-Match returns 304. (Packages always have an ETag.)</summary>
    public bool EntityTags { set => _registry.EntityTags = value; }

    /// <summary>Every download document contains a new package URL, which is valid until <see cref="ExpirePackageUrls"/>.</summary>
    public bool ExpiringPackageUrls { set => _registry.ExpiringPackageUrls = value; }

    /// <summary>Changes the discovery document before it is sent.</summary>
    public Action<JsonObject>? EditDiscovery { set => _registry.EditDiscovery = value; }

    /// <summary>All requests in the order of their arrival.</summary>
    public IReadOnlyList<OriginRequest> Requests => _log.Requests;

    /// <summary>Violations of the protocol by the client, in order.</summary>
    public IReadOnlyList<string> Violations => [.. _log.Violations, .. _http.MalformedRequests, .. _https?.MalformedRequests ?? []];

    /// <summary>The number of accepted connections, including those without a request.</summary>
    public int ConnectionsAccepted => _http.ConnectionsAccepted + (_https?.ConnectionsAccepted ?? 0);

    /// <param name="certificate">A certificate with a private key, to listen for HTTPS too. See <see cref="HttpsUrl"/>.</param>
    public static FakeOrigin Start(X509Certificate2? certificate = null)
    {
        var origin = new FakeOrigin(certificate);
        origin.StartAgain();
        return origin;
    }

    /// <summary>Adds a provider <c>namespace/type</c> without versions.</summary>
    public FakeProvider AddProvider(string name) => _registry.AddProvider(name);

    /// <summary>The provider <c>namespace/type</c>.</summary>
    public FakeProvider Provider(string name) => _registry.Provider(name);

    /// <summary>Adds a module <c>namespace/name/system</c> without versions.</summary>
    public FakeModule AddModule(string name) => _registry.AddModule(name);

    public void RemoveProvider(string name) => _registry.RemoveProvider(name);

    /// <summary>Serves a file at a path that starts with <c>/</c>, with any query, for example as the target of a redirect.</summary>
    public void AddFile(string path, byte[] content, string contentType = "application/octet-stream") => _registry.AddFile(
        path, new OriginResponse(200, contentType, content) { AcceptsRanges = true, EntityTag = OriginResponse.TagOf(content) });

    /// <summary>
    /// Requires one of these tokens for discovery, versions and download documents. Other requests return 401 and are violations. Without
    /// arguments, no token is required.
    /// </summary>
    public void RequireToken(params string[] tokens) => _registry.RequireToken(tokens);

    /// <summary>Existing package URLs return 403, like presigned URLs after some minutes.</summary>
    public void ExpirePackageUrls() => _registry.ExpirePackageUrls();

    /// <summary>
    /// Applies the fault to the next <paramref name="times"/> requests of a kind. The earliest rule that is not used up applies.
    /// </summary>
    public FaultRule Misbehave(RequestKind kind, Fault fault, int times = int.MaxValue) =>
        Misbehave(request => request.Kind == kind, fault, times);

    /// <summary>Applies the fault to the next <paramref name="times"/> matching requests.</summary>
    public FaultRule Misbehave(Func<OriginRequest, bool> matches, Fault fault, int times = int.MaxValue)
    {
        var rule = new FaultRule(matches, fault, times);
        lock (_lock)
        {
            _rules.Add(rule);
        }

        return rule;
    }

    /// <summary>Ends every fault. Requests that wait at a gate continue to wait.</summary>
    public void Behave()
    {
        lock (_lock)
        {
            _rules.Clear();
        }
    }

    public int Count(RequestKind kind) => Count(request => request.Kind == kind);

    public int Count(string path) => Count(request => request.Path == path);

    public int Count(Func<OriginRequest, bool> matches) => Requests.Count(matches);

    /// <summary>The number of requests per kind, without kinds that were not requested.</summary>
    public IReadOnlyDictionary<RequestKind, int> Counts() =>
        Requests.GroupBy(request => request.Kind).ToImmutableSortedDictionary(group => group.Key, group => group.Count());

    /// <summary>The highest number of concurrent requests of a kind.</summary>
    public int MostAtOnce(RequestKind kind) => _log.MostOpen(kind);

    /// <summary>Clears requests and violations, so that a test counts from here.</summary>
    public void ClearLog() => _log.Clear();

    /// <summary>Completes with request number <paramref name="count"/> of its kind, once it has arrived.</summary>
    public Task<OriginRequest> WhenRequested(RequestKind kind, int count = 1) =>
        _log.WhenAsync(request => request.Kind == kind, count, kind.ToString());

    /// <summary>Completes with matching request number <paramref name="count"/>, once it has arrived.</summary>
    public Task<OriginRequest> WhenRequested(Func<OriginRequest, bool> matches, int count = 1) =>
        _log.WhenAsync(matches, count, "such a request");

    /// <summary>Fails with the complete list if the client violated the protocol.</summary>
    public void AssertNoViolations()
    {
        var violations = Violations;
        if (violations.Count > 0)
        {
            Assert.Fail($"The origin's client breached the protocol:\n{string.Join('\n', violations)}");
        }
    }

    /// <summary>Stops the origin: it resets open connections and refuses new ones. The origin keeps its port.</summary>
    public async Task StopAsync()
    {
        await _http.StopAsync();
        await (_https?.StopAsync() ?? Task.CompletedTask);
    }

    /// <summary>Starts again on the same port.</summary>
    public void StartAgain()
    {
        _http.Start();
        _https?.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        await (_https?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task HandleAsync(LoopbackExchange exchange, bool isTls)
    {
        string[] target = exchange.Head.Target.Split('?', 2);
        var route = OriginRoute.Parse(target[0]);
        var request = new OriginRequest(exchange, route.Kind, target[0], target.ElementAtOrDefault(1) ?? "", isTls);
        _log.Add(request);
        OriginDelivery? delivery = null;
        try
        {
            var response = _registry.Answer(request, route, isTls ? HttpsUrl : Url);
            var fault = FaultFor(request);
            response = (fault?.Change?.Invoke(response, request) ?? response).For(request);
            delivery = new OriginDelivery(exchange, request, response);
            await (fault?.Deliver?.Invoke(delivery) ?? delivery.SendAllAsync());
        }
        catch (Exception error) when (!LoopbackConnection.IsDisconnect(error))
        {
            // A mistake in the test's setup or in this fake must not look like a network fault.
            _log.AddViolation(request, $"the fake origin itself failed: {error}");
            exchange.Reset();
        }
        finally
        {
            _log.End(request, delivery?.Outcome ?? RequestOutcome.Broken);
        }
    }

    private Fault? FaultFor(OriginRequest request)
    {
        lock (_lock)
        {
            return _rules.FirstOrDefault(rule => rule.TryApply(request))?.Fault;
        }
    }
}
