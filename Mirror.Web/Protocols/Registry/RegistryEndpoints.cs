using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Web.Http;
using Mirror.Web.Protocols.Modules;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// The provider and module registry protocols, served from the cache: of any origin below <c>/v1/registries/</c>, so that a client's
/// <c>host</c> block leads here and the client verifies the publisher's signature itself; and of the default origin below
/// <c>/v1/providers/</c> and <c>/v1/modules/</c>, this instance being the registry host.
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
                    out var request) ? AnswerAsync(context, NamespacePath.Default, request) : Unknown(context))
                .ExcludeFromDescription();
            routes.MapMethods("/v1/modules/{**path}", ProtocolRequests.Methods, (HttpContext context, string? path) =>
                ModuleRoute.TryParse(
                    host,
                    (path ?? "").Split('/'),
                    out var request) ? ModuleAnswers.AnswerAsync(context, NamespacePath.Default, request) : Unknown(context))
                .ExcludeFromDescription();
        }
    }

    private static Task OfOrigin(HttpContext context, string? path)
    {
        foreach (var (ns, host, parts) in OriginPath.Read(path, Providers, 3, 4, 6))
        {
            if (RegistryRequest.TryParse(host, parts, out var request))
            {
                return AnswerAsync(context, ns, request);
            }
        }

        foreach (var (ns, host, parts) in OriginPath.Read(path, Modules, 4, 5))
        {
            if (ModuleRoute.TryParse(host, parts, out var request))
            {
                return ModuleAnswers.AnswerAsync(context, ns, request);
            }
        }

        return Unknown(context);
    }

    private static Task AnswerAsync(HttpContext context, NamespacePath path, RegistryRequest request)
    {
        if (request is not { Version: { } version, FileName: { } fileName })
        {
            return ProtocolRequests.AnswerAsync(
                context, path, request.Provider, (scope, subject) => AnswerDocumentAsync(context, scope, request, subject));
        }

        return request.Platform is not { } platform
            ? ProtocolRequests.AnswerFileAsync(
                context,
                path,
                request.Provider,
                version,
                fileName,
                null,
                (scope, subject) => AnswerDocumentAsync(context, scope, request, subject))
            : ProtocolRequests.AnswerFileAsync(
                context, path, request.Provider, version, fileName,
                scope => context.RequestServices.GetRequiredService<SignedReleases>()
                    .FindDigestAsync(scope, request.Provider, version, platform, context.RequestAborted),
                (scope, subject) => AnswerPackageAsync(context, scope, request, subject));
    }

    private static async Task AnswerDocumentAsync(
        HttpContext context, ResolvedNamespace scope, RegistryRequest request, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<RegistryDocuments>();
        if (documents.FindReady(scope, request, subject.JobId) is not { } document)
        {
            var made = await documents.GetAsync(scope, request, subject, context.RequestAborted);
            if (!made.TryGet(out document))
            {
                ProtocolRequests.Note(context, subject, request.Provider, request.Version, made.Failure);
                await FailureAnswers.WriteAsync(context, made.Failure);
                return;
            }
        }

        ProtocolRequests.Note(context, subject, request.Provider, request.Version, null);
        await DocumentAnswers.WriteAsync(context, document, request.Part switch
        {
            RegistryPart.Sums => DocumentAnswers.PlainText,
            RegistryPart.Signature => DocumentAnswers.Bytes,
            _ => DocumentAnswers.Json,
        });
    }

    private static async Task AnswerPackageAsync(
        HttpContext context, ResolvedNamespace scope, RegistryRequest request, AccessSubject subject)
    {
        var releases = context.RequestServices.GetRequiredService<SignedReleases>();
        var (provider, version, platform) = (request.Provider, request.Version!, request.Platform!.Value);
        var found = await releases.GetPackageAsync(scope, provider, version, platform, subject.Principal, context.RequestAborted);
        await ProtocolRequests.AnswerPackageAsync(context, scope, subject, provider, version, platform, found);
    }

    private static Task Unknown(HttpContext context) => FailureAnswers.WriteAsync(context, new Failure(
        FailureKind.NotFound,
        "This is no address of a registry; expected …/providers/{namespace}/{type}/versions or …/{version}/download/{os}/{arch}, in lower case and percent-encoded, or …/modules/{namespace}/{name}/{system}/versions or …/{version}/download."));
}
