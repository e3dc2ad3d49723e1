using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mirror.Tests.Origin.Wire;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>
/// A strict origin registry on loopback for tests: it speaks the provider registry protocol, really signs what it has,
/// counts and records every request, notes every breach of the protocol by its client, and misbehaves on demand.
/// Everything may be changed while it runs, from any thread.
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

    /// <summary><c>https://127.0.0.1:PORT/</c>, on a port of its own.</summary>
    public string HttpsUrl => _https is null
        ? throw new InvalidOperationException("This origin was started without a certificate.")
        : $"https://127.0.0.1:{_https.Port}/";

    /// <summary>The base URL of <c>providers.v1</c>, what <c>ProvidersUrl</c> is set to.</summary>
    public string ProvidersUrl => Url + OriginRoute.ProvidersPath[1..];

    /// <summary>Documents in the dialect of registry.opentofu.org.</summary>
    public bool LikeOpenTofu { set => _registry.LikeOpenTofu = value; }

    /// <summary>Download documents name the files by URLs relative to the host instead of absolute ones.</summary>
    public bool RelativeUrls { set => _registry.RelativeUrls = value; }

    /// <summary>Lists of versions carry an ETag, and If-None-Match with it is answered 304. (Packages always carry one.)</summary>
    public bool EntityTags { set => _registry.EntityTags = value; }

    /// <summary>Every download document grants a new package URL, which works until <see cref="ExpirePackageUrls"/>.</summary>
    public bool ExpiringPackageUrls { set => _registry.ExpiringPackageUrls = value; }

    /// <summary>Changes the discovery document just before it is sent.</summary>
    public Action<JsonObject>? EditDiscovery { set => _registry.EditDiscovery = value; }

    /// <summary>All requests in the order of their arrival.</summary>
    public IReadOnlyList<OriginRequest> Requests => _log.Requests;

    /// <summary>What its client did that no well-behaved client does, in order.</summary>
    public IReadOnlyList<string> Violations => [.. _log.Violations, .. _http.MalformedRequests, .. _https?.MalformedRequests ?? []];

    /// <summary>Connections accepted so far, including those without a request.</summary>
    public int ConnectionsAccepted => _http.ConnectionsAccepted + (_https?.ConnectionsAccepted ?? 0);

    /// <param name="certificate">With a private key: listens for HTTPS too, see <see cref="HttpsUrl"/>.</param>
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

    /// <summary>Serves a file at a path that begins with <c>/</c>, with any query: the target of a redirect, for instance.</summary>
    public void AddFile(string path, byte[] content, string contentType = "application/octet-stream") => _registry.AddFile(
        path, new OriginResponse(200, contentType, content) { AcceptsRanges = true, EntityTag = OriginResponse.TagOf(content) });

    /// <summary>
    /// From now on discovery, versions and download want one of these tokens: otherwise 401 and a violation. None: no more.
    /// </summary>
    public void RequireToken(params string[] tokens) => _registry.RequireToken(tokens);

    /// <summary>Package URLs granted so far answer 403, as presigned ones do after some minutes.</summary>
    public void ExpirePackageUrls() => _registry.ExpirePackageUrls();

    /// <summary>
    /// The next <paramref name="times"/> requests of a kind meet the fault; of several rules the earliest that is not used up.
    /// </summary>
    public FaultRule Misbehave(RequestKind kind, Fault fault, int times = int.MaxValue) =>
        Misbehave(request => request.Kind == kind, fault, times);

    /// <summary>The next <paramref name="times"/> matching requests meet the fault.</summary>
    public FaultRule Misbehave(Func<OriginRequest, bool> matches, Fault fault, int times = int.MaxValue)
    {
        var rule = new FaultRule(matches, fault, times);
        lock (_lock)
        {
            _rules.Add(rule);
        }

        return rule;
    }

    /// <summary>Ends every fault. What hangs at a gate goes on hanging.</summary>
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

    /// <summary>The number of requests per kind; kinds not asked for are absent.</summary>
    public IReadOnlyDictionary<RequestKind, int> Counts() =>
        Requests.GroupBy(request => request.Kind).ToImmutableSortedDictionary(group => group.Key, group => group.Count());

    /// <summary>The most requests of a kind that were being answered at the same time.</summary>
    public int MostAtOnce(RequestKind kind) => _log.MostOpen(kind);

    /// <summary>Forgets requests and violations, so that a test counts from here.</summary>
    public void ClearLog() => _log.Clear();

    /// <summary>The request that is the <paramref name="count"/>th of its kind, once it has arrived.</summary>
    public Task<OriginRequest> WhenRequested(RequestKind kind, int count = 1) =>
        _log.WhenAsync(request => request.Kind == kind, count, kind.ToString());

    /// <summary>The request that is the <paramref name="count"/>th to match, once it has arrived.</summary>
    public Task<OriginRequest> WhenRequested(Func<OriginRequest, bool> matches, int count = 1) =>
        _log.WhenAsync(matches, count, "such a request");

    /// <summary>Fails with the whole list if the client breached the protocol.</summary>
    public void AssertNoViolations()
    {
        var violations = Violations;
        if (violations.Count > 0)
        {
            Assert.Fail($"The origin's client breached the protocol:\n{string.Join('\n', violations)}");
        }
    }

    /// <summary>Goes down: open connections are reset, new ones refused, and the port stays this origin's.</summary>
    public async Task StopAsync()
    {
        await _http.StopAsync();
        await (_https?.StopAsync() ?? Task.CompletedTask);
    }

    /// <summary>Comes back on the same port.</summary>
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
            // A mistake in the test's set-up or in this fake must not look like one more fault of the network.
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
