using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
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
    private const int MaxBoundary = 70; // https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1

    // COR_E_IO: the reader found the end of the body. A disk or a connection reports another code.
    private const int NotOfTheSystem = unchecked((int)0x80131620);

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
        var version = RegistryRequests.ParseVersion(route.Version);
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
        var reader = OpenReader(request);
        var begun = await publisher.BeginAsync(target, provider, version, request.ContentLength, cancellationToken);
        using var upload = begun.IsSuccess ? begun.Value : throw ApiProblemException.Of(begun.Failure);
        await ReceiveAsync(upload, reader, cancellationToken);
        var published = await publisher.PublishAsync(upload, by, cancellationToken);
        return published.IsSuccess ? published.Value : throw ApiProblemException.Of(published.Failure);
    }

    private static MultipartReader OpenReader(HttpRequest request)
    {
        string? boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        return boundary is { Length: > 0 and <= MaxBoundary }
            ? new MultipartReader(boundary, request.Body)
            : throw ApiProblemException.Invalid(
                "Expected the media type multipart/form-data with a boundary of 1 to 70 characters. 'mirror publish provider' sends it.");
    }

    private static async Task ReceiveAsync(ProviderUpload upload, MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.AsFileSection()?.FileName is not { Length: > 0 } name)
                {
                    throw ApiProblemException.Invalid("A part of the body has no file name; expected only files.");
                }

                if (await upload.AddAsync(name, section.Body, cancellationToken) is { } refused)
                {
                    throw ApiProblemException.Of(refused);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException and not BadHttpRequestException && e.HResult == NotOfTheSystem)
        {
            throw ApiProblemException.Invalid($"The body is not complete multipart/form-data: {e.Message.TrimEnd(' ', '.')}.");
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
