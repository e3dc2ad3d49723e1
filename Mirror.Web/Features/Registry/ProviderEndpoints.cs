using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>Publishes provider versions.</summary>
internal static class ProviderEndpoints
{
    public static void MapPublishedProviders(this IEndpointRouteBuilder api) =>
        api.MapPost("/groups/{group}/registry" + ProviderVersionRoute.Template, PublishAsync).WithName("PublishProvider")
            .WithTags(RegistryRequests.Tag)
            .WithSummary("Publish a version of a provider: its packages, SHA256SUMS, signature and optional manifest")
            .RequireAccess(AccessAction.ChangeMirror)
            .WithMetadata(new DisableRequestSizeLimitAttribute()) // Each file has its own limit.
            .AddOpenApiOperationTransformer(DescribeBody)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);

    private static async Task<Created<PublishedProvider>> PublishAsync(
        [AsParameters] ProviderVersionRoute route,
        ProviderPublisher publisher,
        RegistryNamespaces registry,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var hostname = RegistryRequests.Hostname(hostnames);
        var provider = RegistryRequests.ParseProvider(hostname, route.Namespace, route.Type);
        var version = ApiTargets.ParseVersion(route.Version);
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, provider.Namespace, cancellationToken);
        var published = await PublishFilesAsync(publisher, target, provider, version, context.Request, user.Principal, cancellationToken);
        return TypedResults.Created(
            $"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/providers/{hostname.Value}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}/versions/{Uri.EscapeDataString(version.Value)}",
            published);
    }

    /// <summary>Publishes the files of a form.</summary>
    /// <exception cref="ApiProblemException">They are refused.</exception>
    internal static async Task<PublishedProvider> PublishFilesAsync(
        ProviderPublisher publisher,
        RegistryNamespace target,
        ProviderAddress provider,
        ProviderVersion version,
        HttpRequest request,
        Principal by,
        CancellationToken cancellationToken)
    {
        var form = UploadedForm.Open(request) ?? throw ApiProblemException.Invalid(
            "Expected the media type multipart/form-data. 'mirror publish provider' sends it.");
        var begun = await publisher.BeginAsync(target, provider, version, request.ContentLength, cancellationToken);
        using var upload = begun.IsSuccess ? begun.Value : throw ApiProblemException.Of(begun.Failure);
        await ReceiveAsync(upload, form, cancellationToken);
        var published = await publisher.PublishAsync(upload, by, cancellationToken);
        return published.IsSuccess ? published.Value : throw ApiProblemException.Of(published.Failure);
    }

    private static async Task ReceiveAsync(ProviderUpload upload, UploadedForm form, CancellationToken cancellationToken)
    {
        while (await form.ReadNextAsync(cancellationToken) is { } part)
        {
            if (part.FileName is not { } name)
            {
                throw ApiProblemException.Invalid("A part of the body has no file name; expected only files.");
            }

            if (await upload.AddAsync(name, part.Content, cancellationToken) is { } refused)
            {
                throw ApiProblemException.Of(refused);
            }
        }
    }

    private static Task DescribeBody(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "Files in any order and with any field names; their file names count, and are those of a release on GitHub.",
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                        MaxProperties = ProviderUpload.MaxFiles,
                    },
                },
            },
        };
        return Task.CompletedTask;
    }
}
