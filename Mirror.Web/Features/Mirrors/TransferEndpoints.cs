using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Importing;
using Mirror.Web.Contracts;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Packages and proofs, as exports read and imports write them.</summary>
internal static class TransferEndpoints
{
    // In bytes: SHA256SUMS, a signature and some keys.
    private const int MaxProofSize = 4 << 20;

    private const int MaxRunLength = 64;

    private const string Package = PlatformRoute.Template + "/package";
    private const string Proof = VersionRoute.Template + "/proof";

    public static void MapTransfers(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").WithTags("Export").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet(Proof, GetProofAsync).WithName("GetProof").WithSummary("Get the SHA256SUMS, signature and keys of a version");
        read.MapGet(Package, GetPackageAsync).WithName("GetPackage").WithMetadata(BoundedWork.Outside)
            .WithSummary("Get the stored package of one platform, without querying the origin");

        var write = api.MapGroup("").WithTags("Import").RequireAccess(AccessAction.ChangeMirror);
        write.MapPut(Package, PutPackageAsync).WithName("ImportPackage")
            .WithSummary("Import the package of one platform, a zip archive")
            .WithMetadata(new DisableRequestSizeLimitAttribute()) // The importer has its own limit.
            .AddOpenApiOperationTransformer(DescribePackageBody)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        write.MapPut(Proof, PutProofAsync).WithName("ImportProof")
            .WithSummary("Import the proof of a version, which is verified again")
            .WithMetadata(new RequestSizeLimitAttribute(MaxProofSize))
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Ok<ProofBundle>> GetProofAsync(
        [AsParameters] VersionRoute route, ProofStore proofs, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var (provider, version) = route.Parse();
        return await proofs.FindBestAsync(scope.RootGroupId, provider, version, cancellationToken) is { } proof
            ? TypedResults.Ok(ProofBundle.From(proof))
            : throw ApiProblemException.NotFound($"{provider} {version} is stored without its publisher's SHA256SUMS.");
    }

    private static async Task GetPackageAsync(
        [AsParameters] PlatformRoute route, ProviderMirror mirror, ResolvedNamespace scope, CurrentUser user, HttpContext context,
        CancellationToken cancellationToken)
    {
        // Exclude versions that policy hides, and fetch nothing.
        scope = scope with { AutomaticCaching = false };
        var target = route.ParseIn(scope);
        var found = await mirror.GetPackageAsync(
            scope, target.Provider, target.Version, target.Platform, user.Principal, cancellationToken);
        if (found.TryGet(out var package))
        {
            using (package)
            {
                await PackageResponses.WriteAsync(context, package, ArchiveFormat.Zip, isPublic: false);
            }

            return;
        }

        await FailureResponses.WriteAsync(context, found.Failure);
    }

    private static async Task<Results<Ok<ImportedPackage>, ProblemHttpResult>> PutPackageAsync(
        [AsParameters] PlatformRoute route,
        PackageImporter importer,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpContext context,
        [Description("Reject the package unless a stored proof of the version lists it")] bool proven = false,
        CancellationToken cancellationToken = default)
    {
        var target = route.ParseIn(scope.RequireRoot()) with { RequireProof = proven };
        RequireOwner(target.Provider, hostnames, user, context);
        var outcome = await importer.ImportAsync(
            target, context.Request.Body, context.Request.ContentLength, ByRun(user, context), cancellationToken);
        return outcome switch
        {
            ImportOutcome.Imported imported => TypedResults.Ok(imported.Package),
            ImportOutcome.Refused refused => Problems.Create(
                StatusCodes.Status422UnprocessableEntity,
                "Not a provider package",
                $"{target.Provider} {target.Version} {target.Platform}: {refused.Reason}."),
            ImportOutcome.TooLarge large => Problems.Create(
                StatusCodes.Status413PayloadTooLarge,
                "Package too large",
                $"The maximum size is {Quantity.FormatSize(large.Limit)}; see Mirror:Packages:MaxPackageSize."),
            _ => Problems.Create(
                StatusCodes.Status507InsufficientStorage,
                "Insufficient storage",
                "The server has no disk space for the package; see Mirror:Packages:MinimumFreeSpace."),
        };
    }

    private static async Task<Results<Ok<ProofSummary>, ProblemHttpResult>> PutProofAsync(
        [AsParameters] VersionRoute route,
        ProofBundle proof,
        ProofImporter importer,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var (root, (provider, version)) = (scope.RequireRoot(), route.Parse());
        RequireOwner(provider, hostnames, user, context);
        ReleaseOffer offer;
        try
        {
            offer = proof.ToOffer(provider, version);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }

        var imported = await importer.ImportAsync(root.RootGroupId, offer, ByRun(user, context), cancellationToken);
        return imported.TryGet(out var kept)
            ? TypedResults.Ok(kept.Summarize())
            : Problems.Create(StatusCodes.Status422UnprocessableEntity, "Verification failed", imported.Failure.Message);
    }

    /// <summary>Otherwise deployers could replace the publishers' signatures with that of this server.</summary>
    private static void RequireOwner(ProviderAddress provider, OwnHostnames hostnames, CurrentUser user, HttpContext context)
    {
        if (hostnames.IsOwn(provider.Hostname))
        {
            user.Require(
                AccessAction.ManageSettings,
                context,
                $"Only an owner imports at this server's own hostname, '{provider.Hostname.Display}', because an imported package needs no "
                + "signature of a publisher. Deployers publish signed versions: mirror publish provider");
        }
    }

    /// <summary>The user, and the import that the upload is a part of, if the client names it.</summary>
    private static Principal ByRun(CurrentUser user, HttpContext context) =>
        context.Request.Headers[MirrorClient.RunHeader] is [{ Length: > 0 and <= MaxRunLength } run] && run.All(char.IsAsciiLetterOrDigit)
            ? user.Principal with { Run = $"import/{run}" }
            : user.Principal;

    // Not Accepts(), which would reject an archive of another media type.
    private static Task DescribePackageBody(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/zip"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        };
        return Task.CompletedTask;
    }
}
