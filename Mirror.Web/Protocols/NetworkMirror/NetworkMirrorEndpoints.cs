using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>
/// The network mirror protocol at its URLs: one for any group or workspace, and those of other mirrors for <c>default</c>.
/// See https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
/// </summary>
internal static class NetworkMirrorEndpoints
{
    private const string DottedHostname = @"{hostname:hostname:regex(\.)}";

    public static void MapNetworkMirror(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        if (!options.Protocols.NetworkMirror)
        {
            return;
        }

        routes.MapMethods("/v1/provider-mirror/providers/{**path}", ProtocolRequests.Methods, OfNamespace).ExcludeFromDescription();
        routes.MapMethods("/v1/mirror/{hostname}/{namespace}/{type}/{file}", ProtocolRequests.Methods, OfDefault).ExcludeFromDescription();
        routes.MapMethods("/providers/{hostname:hostname}/{namespace}/{type}/{file}", ProtocolRequests.Methods, OfDefault).ExcludeFromDescription();
        // A namespace of this instance as a registry host has no dot.
        routes.MapMethods($"/v1/providers/{DottedHostname}/{{namespace}}/{{type}}/{{file}}", ProtocolRequests.Methods, OfDefault)
            .ExcludeFromDescription();
        // Links that hermitcrab gave.
        routes.MapMethods($"/v1/providers/{DottedHostname}/{{namespace}}/{{type}}/download/{{file}}", ProtocolRequests.Methods, OfDefault)
            .ExcludeFromDescription();
        // A hostname contains a dot; the first segment of a page's URL never does.
        routes.MapMethods("/{hostname:hostname}/{namespace}/{type}/{file}", ProtocolRequests.Methods, OfDefault).ExcludeFromDescription();
    }

    private static Task OfDefault(HttpContext context, string hostname, string @namespace, string type, string file) =>
        // Routing ignores a trailing slash.
        context.Request.Path.Value?.EndsWith('/') is false
            && NetworkMirrorRequest.TryParse(hostname, @namespace, type, file, out var request)
            ? ServeAsync(context, NamespacePath.Default, request)
            : Unknown(context);

    /// <summary>The namespace path is everything before the four segments that are always present.</summary>
    private static Task OfNamespace(HttpContext context, string? path)
    {
        string[] parts = (path ?? "").Split('/');
        if (parts.Length > 4
            && NamespacePath.TryParse(string.Join('/', parts[..^4]), out var ns)
            && NetworkMirrorRequest.TryParse(parts[^4], parts[^3], parts[^2], parts[^1], out var request))
        {
            return ServeAsync(context, ns, request);
        }

        return parts.Length > 6
            && NamespacePath.TryParse(string.Join('/', parts[..^6]), out var group)
            && PackageLinkRequest.TryParse(parts.AsSpan()[^6..], out var link)
                ? PackageLinkResponses.ServeAsync(context, group, link)
                : Unknown(context);
    }

    private static Task ServeAsync(HttpContext context, NamespacePath path, NetworkMirrorRequest request) =>
        request is { Version: { } version, Platform: { } platform }
            ? ProtocolRequests.ServeFileAsync(
                context, path, request.Provider, version, new PackageFileName(request.Provider.Type, version, platform).ToString(),
                (scope, provider) => context.RequestServices.GetRequiredService<ProviderMirror>()
                    .FindDigestAsync(scope, provider, version, platform, context.RequestAborted),
                (scope, subject, provider) => ServePackageAsync(context, scope, request.Of(provider), platform, subject))
            : ProtocolRequests.ServeAsync(
                context,
                path,
                request.Provider,
                (scope, subject, provider) => ServeDocumentAsync(context, scope, request.Of(provider), subject));

    private static async Task ServeDocumentAsync(
        HttpContext context, ResolvedNamespace scope, NetworkMirrorRequest request, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<NetworkMirrorDocuments>();
        if (documents.FindReady(scope, request.Provider, request.Version, subject.JobId) is { } ready)
        {
            ProtocolRequests.Record(context, subject, request.Provider, request.Version, null);
            await DocumentResponses.WriteAsync(context, ready, DocumentResponses.Json);
            return;
        }

        var made = request.Version is { } version
            ? await documents.GetVersionAsync(scope, request.Provider, version, subject, context.RequestAborted)
            : await documents.GetIndexAsync(scope, request.Provider, context.RequestAborted);
        ProtocolRequests.Record(context, subject, request.Provider, request.Version, made.Failure);
        if (made.Failure is { Kind: FailureKind.NotFound, IsListed: false } && request.Version is not null)
        {
            // Clients treat a 404 as a contradiction if another source lists the version, and then skip that source.
            await DocumentResponses.WriteUncachedAsync(context, NetworkMirrorDocuments.NoArchives);
            return;
        }

        await ProtocolRequests.ServeDocumentAsync(context, made);
    }

    private static async Task ServePackageAsync(
        HttpContext context, ResolvedNamespace scope, NetworkMirrorRequest request, Platform platform, AccessSubject subject)
    {
        var mirror = context.RequestServices.GetRequiredService<ProviderMirror>();
        var found = await mirror.GetPackageAsync(
            scope, request.Provider, request.Version!, platform, subject.Principal, context.RequestAborted);
        await ProtocolRequests.ServePackageAsync(context, scope, subject, request.Provider, request.Version!, platform, found);
    }

    private static Task Unknown(HttpContext context) => FailureResponses.WriteAsync(context, new Failure(
        FailureKind.NotFound,
        "Not a provider mirror URL; expected …/{hostname}/{namespace}/{type}/index.json, …/{version}.json or a package, in lower case "
        + "and percent-encoded."));
}
