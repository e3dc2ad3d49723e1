using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>
/// The network mirror protocol at its three addresses: that of any group or workspace, and two of <c>default</c>.
/// See https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
/// </summary>
internal static class NetworkMirrorEndpoints
{
    public static void MapNetworkMirror(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        if (!options.Protocols.NetworkMirror)
        {
            return;
        }

        routes.MapMethods("/v1/provider-mirror/providers/{**path}", ProtocolRequests.Methods, OfNamespace).ExcludeFromDescription();
        routes.MapMethods("/v1/mirror/{hostname}/{namespace}/{type}/{file}", ProtocolRequests.Methods, OfDefault).ExcludeFromDescription();
        // A hostname has a dot, and nothing of the UI begins with a part that has one.
        routes.MapMethods("/{hostname:hostname}/{namespace}/{type}/{file}", ProtocolRequests.Methods, OfDefault).ExcludeFromDescription();
    }

    private static Task OfDefault(HttpContext context, string hostname, string @namespace, string type, string file) =>
        // Routing overlooks a slash at the end.
        context.Request.Path.Value?.EndsWith('/') is false
            && NetworkMirrorRequest.TryParse(hostname, @namespace, type, file, out var request)
            ? AnswerAsync(context, NamespacePath.Default, request)
            : Unknown(context);

    /// <summary>The namespace path is what stands before the four parts that are always there.</summary>
    private static Task OfNamespace(HttpContext context, string? path)
    {
        string[] parts = (path ?? "").Split('/');
        return parts.Length > 4
            && NamespacePath.TryParse(string.Join('/', parts[..^4]), out var ns)
            && NetworkMirrorRequest.TryParse(parts[^4], parts[^3], parts[^2], parts[^1], out var request)
                ? AnswerAsync(context, ns, request)
                : Unknown(context);
    }

    private static Task AnswerAsync(HttpContext context, NamespacePath path, NetworkMirrorRequest request) =>
        request is { Version: { } version, Platform: { } platform }
            ? ProtocolRequests.AnswerFileAsync(
                context, path, request.Provider, version, new PackageFileName(request.Provider.Type, version, platform).ToString(),
                scope => context.RequestServices.GetRequiredService<ProviderMirror>()
                    .FindDigestAsync(scope, request.Provider, version, platform, context.RequestAborted),
                (scope, subject) => AnswerPackageAsync(context, scope, request, platform, subject))
            : ProtocolRequests.AnswerAsync(
                context, path, request.Provider, (scope, subject) => AnswerDocumentAsync(context, scope, request, subject));

    private static async Task AnswerDocumentAsync(
        HttpContext context, ResolvedNamespace scope, NetworkMirrorRequest request, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<NetworkMirrorDocuments>();
        if (documents.FindReady(scope, request.Provider, request.Version, subject.JobId) is { } ready)
        {
            ProtocolRequests.Note(context, subject, request.Provider, request.Version, null);
            await DocumentAnswers.WriteAsync(context, ready, DocumentAnswers.Json);
            return;
        }

        var made = request.Version is { } version
            ? await documents.GetVersionAsync(scope, request.Provider, version, subject, context.RequestAborted)
            : await documents.GetIndexAsync(scope, request.Provider, context.RequestAborted);
        ProtocolRequests.Note(context, subject, request.Provider, request.Version, made.Failure);
        if (made.Failure is { Kind: FailureKind.NotFound, IsListed: false } && request.Version is not null)
        {
            // Clients take a 404 for a contradiction where another source lists the version, and then do not ask that source.
            await DocumentAnswers.WriteOnceAsync(context, NetworkMirrorDocuments.NoArchives);
            return;
        }

        await ProtocolRequests.AnswerDocumentAsync(context, made);
    }

    private static async Task AnswerPackageAsync(
        HttpContext context, ResolvedNamespace scope, NetworkMirrorRequest request, Platform platform, AccessSubject subject)
    {
        var mirror = context.RequestServices.GetRequiredService<ProviderMirror>();
        var found = await mirror.GetPackageAsync(
            scope, request.Provider, request.Version!, platform, subject.Principal, context.RequestAborted);
        await ProtocolRequests.AnswerPackageAsync(context, scope, subject, request.Provider, request.Version!, platform, found);
    }

    private static Task Unknown(HttpContext context) => FailureAnswers.WriteAsync(context, new Failure(
        FailureKind.NotFound,
        "This is no address of a provider mirror; expected …/{hostname}/{namespace}/{type}/index.json, …/{version}.json or a package, in lower case and percent-encoded."));
}
