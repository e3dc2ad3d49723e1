using System.Globalization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Protocols.Oci;

/// <summary>
/// Providers as OCI artifacts, read-only, for OpenTofu's <c>oci_mirror</c>.
/// See https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md and
/// https://opentofu.org/docs/cli/oci_registries/provider-mirror/.
/// </summary>
internal static class OciEndpoints
{
    public static void MapOci(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        if (!options.Protocols.Oci)
        {
            return;
        }

        routes.MapMethods("/v2", ProtocolRequests.Methods, ServeRootAsync).ExcludeFromDescription();
        routes.MapGet(OciErrors.TokenPath, OciTokens.GetAsync).ExcludeFromDescription();
        routes.MapPost(OciErrors.TokenPath, OciTokens.PostAsync)
            .ExcludeFromDescription()
            .DisableAntiforgery()
            .WithMetadata(ReadsForm.Instance);
        // All methods: the pages' routes would otherwise answer the other ones.
        routes.Map("/v2/{**path}", (HttpContext context, string? path) => ServeAsync(context, path ?? "")).ExcludeFromDescription();
    }

    /// <summary>
    /// Clients find out here how to authenticate, even those that may read anonymously: a client with credentials that is not asked for
    /// them does not use them.
    /// </summary>
    private static async Task ServeRootAsync(HttpContext context, AccessControl access)
    {
        var subject = await access.IdentifyAsync(context);
        if (!subject.IsAnonymous || OciTokens.IsAnonymous(context.Request))
        {
            await DocumentResponses.WriteUncachedAsync(context, OciManifests.Empty);
            return;
        }

        await AccessDenied.Prepare(context, new NamespaceAccess(AccessDecision.SignIn, subject, null, false), AccessAction.Read, "v2")
            .WriteAsync(context);
    }

    private static Task ServeAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return OciErrors.WriteErrorAsync(
                context,
                StatusCodes.Status405MethodNotAllowed,
                "UNSUPPORTED",
                "The registry is read-only: it contains mirrored providers. To add some, request them, sync them or publish them.");
        }

        if (!OciRequest.TryParse(path, out var request))
        {
            return OciErrors.WriteErrorAsync(
                context,
                StatusCodes.Status404NotFound,
                "NAME_UNKNOWN",
                "Not a repository of this registry; expected [{namespace path}/]providers/{hostname}/{namespace}/{type}, in lower case, with tags/list, "
                + "manifests/{tag or digest} or blobs/{digest}.");
        }

        var (_, ns, asked) = request.Repository;
        return ProtocolRequests.ServeAsync(context, ns, asked, (scope, subject, provider) => request.Resource switch
        {
            OciResource.Tags => ServeTagsAsync(context, scope, request.Of(provider).Repository, subject),
            OciResource.Manifest => ServeManifestAsync(context, scope, request.Of(provider), subject),
            _ => ServeBlobAsync(context, scope, request.Of(provider), subject),
        });
    }

    private static async Task ServeTagsAsync(
        HttpContext context, ResolvedNamespace scope, OciRepository repository, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<OciDocuments>();
        var query = context.Request.Query;
        bool isWhole = !context.Request.QueryString.HasValue;
        if (isWhole && documents.FindReadyTags(scope, repository.Provider) is { } ready)
        {
            ProtocolRequests.Record(context, subject, repository.Provider, null, null);
            await DocumentResponses.WriteAsync(context, ready, DocumentResponses.Json);
            return;
        }

        int? count = null;
        if (query["n"].FirstOrDefault() is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                await OciErrors.WriteErrorAsync(
                    context, StatusCodes.Status400BadRequest, "PAGINATION_NUMBER_INVALID", "n: not a number of tags; expected 0 or more.");
                return;
            }

            count = number;
        }

        var found = await documents.GetTagsAsync(scope, repository, context.RequestAborted);
        ProtocolRequests.Record(context, subject, repository.Provider, null, found.Failure);
        if (!found.TryGet(out var tags))
        {
            await FailureResponses.WriteAsync(context, found.Failure);
        }
        else if (isWhole && tags.All is { } all)
        {
            await DocumentResponses.WriteAsync(context, all, DocumentResponses.Json);
        }
        else
        {
            var (body, link) = tags.Page(repository, count, query["last"].FirstOrDefault());
            context.Response.Headers.Link = link;
            await DocumentResponses.WriteUncachedAsync(context, body);
        }
    }

    private static async Task ServeManifestAsync(HttpContext context, ResolvedNamespace scope, OciRequest request, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<OciDocuments>();
        var provider = request.Repository.Provider;
        if (request.Digest is { } digest)
        {
            var answer = await documents.FindManifestAsync(scope, provider, digest, subject.Principal, context.RequestAborted);
            if (answer is not { } made)
            {
                await UnknownAsync(context, "MANIFEST_UNKNOWN", request);
            }
            else if (made.TryGet(out var content))
            {
                await OciResponses.WriteManifestAsync(
                    context, content.Manifest!, digest, content.Platform is null ? OciManifests.IndexType : OciManifests.ManifestType);
            }
            else
            {
                await FailureResponses.WriteAsync(context, made.Failure);
            }

            return;
        }

        if (request.Version is not { } version)
        {
            await UnknownAsync(context, "MANIFEST_UNKNOWN", request);
            return;
        }

        var index = await documents.GetIndexAsync(scope, provider, version, subject.Principal, context.RequestAborted);
        ProtocolRequests.Record(context, subject, provider, version, index.Failure);
        await (index.TryGet(out var document)
            ? OciResponses.WriteManifestAsync(context, document.Body, Sha256Digest.Of(document.Body), OciManifests.IndexType)
            : FailureResponses.WriteAsync(context, index.Failure));
    }

    private static async Task ServeBlobAsync(HttpContext context, ResolvedNamespace scope, OciRequest request, AccessSubject subject)
    {
        if (request.Digest is not { } digest)
        {
            await UnknownAsync(context, "BLOB_UNKNOWN", request);
            return;
        }

        if (digest == OciManifests.EmptyDigest)
        {
            await OciResponses.WriteManifestAsync(context, OciManifests.Empty, digest, OciManifests.EmptyType);
            return;
        }

        var provider = request.Repository.Provider;
        var content = await context.RequestServices.GetRequiredService<OciDocuments>()
            .FindPackageAsync(scope, provider, digest, context.RequestAborted);
        if (content is not { Version: { } version, Platform: { } platform })
        {
            await UnknownAsync(context, "BLOB_UNKNOWN", request);
            return;
        }

        var found = await context.RequestServices.GetRequiredService<ProviderMirror>()
            .GetPackageAsync(scope, provider, version, platform, subject.Principal, context.RequestAborted);
        if (found.TryGet(out var package) && package.Digest != digest)
        {
            // An imported package replaced it, or the origin's replaced an imported one.
            package.Dispose();
            await UnknownAsync(context, "BLOB_UNKNOWN", request);
            return;
        }

        if (found.IsSuccess)
        {
            OciResponses.SetDigest(context, digest);
        }

        await ProtocolRequests.ServePackageAsync(context, scope, subject, provider, version, platform, found);
    }

    private static Task UnknownAsync(HttpContext context, string code, OciRequest request) => OciErrors.WriteErrorAsync(
        context,
        StatusCodes.Status404NotFound,
        code,
        $"'{Problems.Shorten(request.Reference)}' is not known in {request.Repository.Name}; expected the tag of a version, or a digest 'sha256:…' "
        + "from one of its manifests. If the version has changed, request its tag again.");
}
