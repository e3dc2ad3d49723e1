using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The publication of module versions.</summary>
internal static class ModulePublishingEndpoints
{
    public static void MapModulePublishing(this IEndpointRouteBuilder api) =>
        api.MapGroup("/groups/{group}/registry").WithTags(RegistryRequests.Tag).RequireAccess(AccessAction.ChangeMirror)
            .MapPost(ModuleVersionRoute.Template, PublishAsync).WithName("PublishModule")
            .WithSummary("Publish a module version: a tar.gz or zip archive, as the body or as the file of a form")
            .WithMetadata(new DisableRequestSizeLimitAttribute()) // The publisher has its own limit.
            .AddOpenApiOperationTransformer(DescribeBody)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);

    private static async Task<Results<Created<ModuleDetails>, ProblemHttpResult>> PublishAsync(
        [AsParameters] ModuleVersionRoute route,
        ModulePublisher publisher,
        ModuleReader modules,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        long rootGroupId = RegistryRequests.RootGroupId(scope);
        var (source, version) = route.Parse(RegistryRequests.Hostname(hostnames));
        if (await publisher.CheckAsync(rootGroupId, (ModuleAddress)source, version!, cancellationToken) is { } refused)
        {
            return FailureResponses.Create(refused);
        }

        var upload = await UploadedArchive.OpenAsync(request, cancellationToken);
        if (upload.Format is not { } format)
        {
            return FailureResponses.Create(new Failure(
                FailureKind.Rejected, $"{source} {version} was not published: the file is neither a tar.gz nor a zip archive."));
        }

        var published = await publisher.PublishAsync(
            new NewModule(rootGroupId, (ModuleAddress)source, version!, format) { Length = upload.Length },
            upload.Content,
            user.Principal,
            cancellationToken);
        if (!published.TryGet(out var package))
        {
            return FailureResponses.Create(published.Failure);
        }

        // An owner may delete it concurrently.
        return await modules.FindAsync(rootGroupId, package.Module, package.Version, cancellationToken) is { } details
            ? TypedResults.Created(
                $"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/modules/{package.Module}/versions/{Uri.EscapeDataString(version!.Value)}",
                details)
            : throw ApiProblemException.NotFound($"{package.Module} {version} has been deleted.");
    }

    // Not Accepts(), which would reject an archive of another media type.
    private static Task DescribeBody(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/gzip"] = new() { Schema = file },
                ["application/zip"] = new() { Schema = file },
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = file },
                    },
                },
            },
        };
        return Task.CompletedTask;
    }
}
