using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Web.Http;
using Mirror.Web.Protocols.Modules;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// The provider and module registry protocols, served from the cache. Below <c>/v1/registries/</c> for any origin: a client's
/// <c>host</c> block points here, and the client verifies the publisher's signature itself. Below <c>/v1/providers/</c> and
/// <c>/v1/modules/</c> with this instance as the registry host: the providers and modules that <see cref="HostedRouter"/> finds, published here
/// or at origins.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol and
/// https://developer.hashicorp.com/terraform/internals/module-registry-protocol.
/// </summary>
internal static class RegistryEndpoints
{
    private const string Providers = "providers";
    private const string Modules = "modules";

    public static void MapRegistries(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        if (options.Protocols.SignedPassThrough)
        {
            routes.MapMethods("/v1/registries/{**path}", ProtocolRequests.Methods, OfOrigin).ExcludeFromDescription();
        }

        if (options.Protocols.Registry)
        {
            string host = options.Upstream.DefaultHost.Value;
            routes.MapMethods("/v1/providers/{**path}", ProtocolRequests.Methods, (HttpContext context, string? path) =>
                RegistryRequest.TryParse(
                    host,
                    (path ?? "").Split('/'),
                    out var request) ? ServeOwnAsync(context, request) : Unknown(context))
                .ExcludeFromDescription();
            routes.MapMethods("/v1/modules/{**path}", ProtocolRequests.Methods, (HttpContext context, string? path) =>
                ModuleRoute.TryParse(
                    host,
                    (path ?? "").Split('/'),
                    out var request) ? ServeOwnAsync(context, request) : Unknown(context))
                .ExcludeFromDescription();
        }
    }

    /// <param name="request">At the default origin; the namespace may mean something else.</param>
    private static async Task ServeOwnAsync(HttpContext context, RegistryRequest request)
    {
        var source = await FindSourceAsync(context, request.Provider);
        await ServeAsync(context, source.Group, request.Of(source.Of(request.Provider)), !source.IsPublished);
    }

    /// <inheritdoc cref="ServeOwnAsync(HttpContext, RegistryRequest)"/>
    private static async Task ServeOwnAsync(HttpContext context, ModuleRoute request)
    {
        var source = await FindSourceAsync(context, request.Module);
        await ModuleResponses.ServeAsync(context, source.Group, request with { Module = source.Of(request.Module) }, !source.IsPublished);
    }

    private static ValueTask<RegistrySource> FindSourceAsync(HttpContext context, ISourceAddress source) =>
        context.RequestServices.GetRequiredService<HostedRouter>().FindAsync(source.Namespace, context.RequestAborted);

    private static Task OfOrigin(HttpContext context, string? path)
    {
        foreach (var (ns, host, parts) in OriginPath.Read(path, Providers, 3, 4, 6))
        {
            if (RegistryRequest.TryParse(host, parts, out var request))
            {
                return ServeAsync(context, ns, request);
            }
        }

        foreach (var (ns, host, parts) in OriginPath.Read(path, Modules, 4, 5))
        {
            if (ModuleRoute.TryParse(host, parts, out var request))
            {
                return ModuleResponses.ServeAsync(context, ns, request);
            }
        }

        return Unknown(context);
    }

    /// <param name="namesGroup">Whether the request itself names the group.</param>
    private static Task ServeAsync(HttpContext context, NamespacePath path, RegistryRequest request, bool namesGroup = true)
    {
        if (request is not { Version: { } version, FileName: { } fileName })
        {
            return ProtocolRequests.ServeAsync(
                context,
                path,
                request.Provider,
                (scope, subject, provider) => ServeDocumentAsync(context, scope, request.Of(provider), subject),
                namesGroup);
        }

        return request.Platform is not { } platform
            ? ProtocolRequests.ServeFileAsync(
                context,
                path,
                request.Provider,
                version,
                fileName,
                null,
                (scope, subject, provider) => ServeDocumentAsync(context, scope, request.Of(provider), subject),
                namesGroup)
            : ProtocolRequests.ServeFileAsync(
                context, path, request.Provider, version, fileName,
                (scope, provider) => context.RequestServices.GetRequiredService<SignedReleases>()
                    .FindDigestAsync(scope, provider, version, platform, context.RequestAborted),
                (scope, subject, provider) => ServePackageAsync(context, scope, request.Of(provider), subject),
                namesGroup);
    }

    private static async Task ServeDocumentAsync(
        HttpContext context, ResolvedNamespace scope, RegistryRequest request, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<RegistryDocuments>();
        if (documents.FindReady(scope, request, subject.JobId) is not { } document)
        {
            var made = await documents.GetAsync(scope, request, subject, context.RequestAborted);
            if (!made.TryGet(out document))
            {
                ProtocolRequests.Record(context, subject, request.Provider, request.Version, made.Failure);
                await FailureResponses.WriteAsync(context, made.Failure);
                return;
            }
        }

        ProtocolRequests.Record(context, subject, request.Provider, request.Version, null);
        await DocumentResponses.WriteAsync(context, document, request.Part switch
        {
            RegistryPart.Sums => DocumentResponses.PlainText,
            RegistryPart.Signature => DocumentResponses.Bytes,
            _ => DocumentResponses.Json,
        });
    }

    private static async Task ServePackageAsync(
        HttpContext context, ResolvedNamespace scope, RegistryRequest request, AccessSubject subject)
    {
        var releases = context.RequestServices.GetRequiredService<SignedReleases>();
        var (provider, version, platform) = (request.Provider, request.Version!, request.Platform!.Value);
        var found = await releases.GetPackageAsync(scope, provider, version, platform, subject.Principal, context.RequestAborted);
        await ProtocolRequests.ServePackageAsync(context, scope, subject, provider, version, platform, found);
    }

    private static Task Unknown(HttpContext context) => FailureResponses.WriteAsync(context, new Failure(
        FailureKind.NotFound,
        "Not a registry URL; expected …/providers/{namespace}/{type}/versions, "
        + "…/providers/{namespace}/{type}/{version}/download/{os}/{arch}, …/modules/{namespace}/{name}/{system}/versions "
        + "or …/modules/{namespace}/{name}/{system}/{version}/download, in lower case and percent-encoded."));
}
