using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Web.Hosting.Demo;

namespace Mirror.Tests.Origin;

/// <summary>The content of the origin, and its response to each request without faults.</summary>
internal sealed class OriginRegistry(OriginLog log)
{
    private readonly ConcurrentDictionary<string, FakeProvider> _providers = [];
    private readonly ConcurrentDictionary<string, FakeModule> _modules = [];
    private readonly ConcurrentDictionary<string, OriginResponse> _files = [];
    private readonly ConcurrentDictionary<string, bool> _grants = [];
    private string[] _tokens = [];
    private int _grantCount;

    public bool LikeOpenTofu { get; set; }

    public bool RelativeUrls { get; set; }

    public bool EntityTags { get; set; }

    public bool ExpiringPackageUrls { get; set; }

    public Action<JsonObject>? EditDiscovery { get; set; }

    public FakeProvider AddProvider(string name)
    {
        string[] parts = name.Split('/');
        if (parts.Length != 2)
        {
            throw new ArgumentException($"'{name}' is not a provider of this origin; expected 'namespace/type'.", nameof(name));
        }

        var provider = new FakeProvider(parts[0], parts[1]);
        return _providers.TryAdd(name, provider)
            ? provider
            : throw new ArgumentException($"The fake origin has a provider '{name}' already.", nameof(name));
    }

    public FakeModule AddModule(string name) => _modules.GetOrAdd(name, static name => new FakeModule(name));

    public FakeProvider Provider(string name) =>
        _providers.GetValueOrDefault(name) ?? throw new KeyNotFoundException($"The fake origin has no provider '{name}'.");

    public void RemoveProvider(string name) => _providers.TryRemove(name, out _);

    public void AddFile(string path, OriginResponse response) => _files[path] = response;

    public void RequireToken(string[] tokens) => _tokens = tokens;

    public void ExpirePackageUrls() => _grants.Clear();

    public OriginResponse Answer(OriginRequest request, OriginRoute route, string baseUrl)
    {
        CheckHeaders(request);
        if (request.Method is not ("GET" or "HEAD"))
        {
            return Refuse(request, 405, "only GET and HEAD are expected");
        }

        if (_files.TryGetValue(request.Path, out var file))
        {
            return file;
        }

        if (!HasGoodToken(request, out string? token))
        {
            return OriginResponse.Text(401, "Unauthorized").WithHeader("WWW-Authenticate", "Bearer");
        }

        if (route.Kind == RequestKind.Discovery)
        {
            return Discovery();
        }

        if (route.Kind == RequestKind.Other)
        {
            return Refuse(request, 404, "no such path");
        }

        if (route.Kind is RequestKind.ModuleVersions or RequestKind.ModuleDownload or RequestKind.ModuleArchive)
        {
            return _modules.GetValueOrDefault($"{route.Namespace}/{route.Type}") is { } module
                ? ModuleAnswer(request, route, module, baseUrl)
                : OriginResponse.Text(404, "No such module");
        }

        // Like in real registries, release files are on another host and accessible to anyone who knows their URL.
        bool isFile = route.Kind is RequestKind.Sums or RequestKind.Signature or RequestKind.Package;
        if (_providers.GetValueOrDefault($"{route.Namespace}/{route.Type}") is not { } provider || !(isFile || provider.IsVisibleTo(token)))
        {
            return OriginResponse.Text(404, "No such provider");
        }

        if (route.Kind == RequestKind.Versions)
        {
            return Tagged(Json(provider.VersionsDocument(LikeOpenTofu)));
        }

        if (provider.Find(route.Version) is not { } version)
        {
            return Refuse(request, 404, $"{provider.Name} has no version '{route.Version}'");
        }

        return route.Kind == RequestKind.Download ? Download(request, route, version, baseUrl) : File(request, route, version);
    }

    private static OriginResponse Json(JsonObject document) =>
        new(200, "application/json", System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()));

    private OriginResponse Tagged(OriginResponse response) =>
        EntityTags ? response with { EntityTag = OriginResponse.TagOf(response.Body.Span) } : response;

    private OriginResponse Discovery()
    {
        var document = RegistryDocuments.Discovery(OriginRoute.ProvidersPath);
        document["modules.v1"] = OriginRoute.ModulesPath;
        EditDiscovery?.Invoke(document);
        return Json(document);
    }

    private OriginResponse ModuleAnswer(OriginRequest request, OriginRoute route, FakeModule module, string baseUrl)
    {
        if (route.Kind == RequestKind.ModuleVersions)
        {
            return Tagged(Json(module.VersionsDocument()));
        }

        if (module.Find(route.Version) is not { } version)
        {
            return OriginResponse.Text(404, "No such version");
        }

        if (route.Kind == RequestKind.ModuleDownload)
        {
            string location = version.Address ?? (RelativeUrls ? "" : baseUrl.TrimEnd('/')) + module.ArchivePath(version) + version.Suffix;
            return version.InDocument
                ? Json(new JsonObject { ["location"] = location })
                : new OriginResponse(204, null, default).WithHeader("X-Terraform-Get", location);
        }

        return route.File != version.FileName || request.Query != version.ExpectedQuery
            ? Refuse(request, 404, $"the archive was asked for as '{route.File}?{request.Query}'")
            : new OriginResponse(
                200,
                "application/octet-stream",
                version.Archive)
            { AcceptsRanges = true, EntityTag = OriginResponse.TagOf(version.Archive) };
    }

    private OriginResponse Download(OriginRequest request, OriginRoute route, FakeVersion version, string baseUrl)
    {
        if (!Platform.TryCreate(route.Os, route.Arch, out var platform) || !version.Lists(platform))
        {
            return Refuse(request, 404, $"{version.Provider.Name} {version.Version} is not listed for {route.Os}_{route.Arch}");
        }

        string root = RelativeUrls ? "" : baseUrl.TrimEnd('/');
        string UrlOf(string fileName)
        {
            string url = root + OriginRoute.FilePath(version, Uri.EscapeDataString(fileName));
            return ExpiringPackageUrls && OriginRoute.Parse("/releases/a/b/1/" + fileName).Kind == RequestKind.Package
                ? url + "?" + NewGrant()
                : url;
        }

        return version.DownloadDocument(platform, UrlOf, LikeOpenTofu) is { } document
            ? Json(document)
            : OriginResponse.Text(404, "No such package");
    }

    private string NewGrant()
    {
        string grant = $"grant={Interlocked.Increment(ref _grantCount)}";
        _grants[grant] = true;
        return grant;
    }

    private OriginResponse File(OriginRequest request, OriginRoute route, FakeVersion version)
    {
        var release = version.Release;
        if (route.File == version.SumsFileName)
        {
            return new OriginResponse(200, "text/plain; charset=utf-8", release.Sums);
        }

        if (route.File == version.SignatureFileName)
        {
            return release.Signature is { } signature
                ? new OriginResponse(200, "application/octet-stream", signature)
                : OriginResponse.Text(404, "No signature");
        }

        if (ExpiringPackageUrls && !_grants.ContainsKey(request.Query))
        {
            return new OriginResponse(
                403, "application/xml", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"u8.ToArray());
        }

        var package = release.Packages.Values.FirstOrDefault(package => package.FileName == route.File);
        return package switch
        {
            null => Refuse(request, 404, $"{version.Provider.Name} {version.Version} has no file '{route.File}'"),
            { Content.Length: 0 } => OriginResponse.Text(404, "No such package"),
            _ => new OriginResponse(200, "application/zip", package.Content) { AcceptsRanges = true, EntityTag = package.EntityTag },
        };
    }

    private OriginResponse Refuse(OriginRequest request, int status, string breach)
    {
        log.AddViolation(request, breach);
        return OriginResponse.Text(status, breach);
    }

    private bool HasGoodToken(OriginRequest request, out string? token)
    {
        token = request.Authorization is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : null;
        if (request.Kind is not (RequestKind.Discovery or RequestKind.Versions or RequestKind.Download or RequestKind.ModuleVersions or RequestKind.ModuleDownload))
        {
            if (request.Authorization is not null)
            {
                log.AddViolation(request, "credentials were sent where clients send none");
            }

            return true;
        }

        if (_tokens.Length == 0)
        {
            if (request.Authorization is not null)
            {
                log.AddViolation(request, "credentials were sent to an origin that asks for none");
            }

            return true;
        }

        if (token is not null && _tokens.Contains(token))
        {
            return true;
        }

        log.AddViolation(request, request.Authorization is null ? "the token is missing" : "the token is not one of this origin's");
        return false;
    }

    private void CheckHeaders(OriginRequest request)
    {
        if (request.Query.Length > 0
            && !(ExpiringPackageUrls && request.Kind == RequestKind.Package)
            && request.Kind != RequestKind.ModuleArchive
            && !_files.ContainsKey(request.Path))
        {
            log.AddViolation(request, $"unexpected query '{request.Query}'");
        }

        if (request.Range is { } range
            && !(request.Kind is RequestKind.Package or RequestKind.ModuleArchive && ByteRange.TryParse(range, int.MaxValue, out _))
            && !_files.ContainsKey(request.Path))
        {
            log.AddViolation(request, $"unexpected Range '{range}'");
        }

        if (request.Headers.ContainsKey("If-None-Match") && !EntityTags)
        {
            log.AddViolation(request, "If-None-Match, though no entity tag was given");
        }

        foreach (string name in new[] { "Cookie", "Content-Length", "Transfer-Encoding", "Proxy-Authorization" })
        {
            if (request.Headers.ContainsKey(name))
            {
                log.AddViolation(request, $"unexpected header {name}");
            }
        }
    }
}
