using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Contracts;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Groups;
using Mirror.Web.Features.Jobs;
using Mirror.Web.Features.Keys;
using Mirror.Web.Features.Maintenance;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Overview;
using Mirror.Web.Features.Policy;
using Mirror.Web.Features.Registry;
using Mirror.Web.Features.Search;
using Mirror.Web.Features.Setup;
using Mirror.Web.Features.Syncs;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Hosting;

/// <summary>The REST API below <c>/api/v1</c>, described at <c>/openapi/v1.json</c>. Errors are problem documents.</summary>
public static class MirrorApi
{
    public static IServiceCollection AddMirrorApi(this IServiceCollection services)
    {
        services.AddSingleton<ApiDescription>();
        // A status code alone would not name the invalid part of the request.
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            foreach (var converter in ApiJson.Default.Options.Converters)
            {
                options.Converters.Add(converter);
            }

            // Reject misspelled, missing and duplicate members, which could change something unintended. Clients read with
            // ApiJson, which is lenient: a newer server may send members that they do not know.
            options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.AllowDuplicateProperties = false;
            options.RespectNullableAnnotations = true;
            options.RespectRequiredConstructorParameters = true;
        });
        return services.AddOpenApi(
            ApiDescription.Name,
            openApi => openApi.AddTextValues().AddBounds().AddSchemaTransformer(DescribeCachingAsync).AddDocumentTransformer(DescribeProductAsync));
    }

    public static void MapMirrorApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/openapi/v1.json", (ApiDescription description, HttpRequest request) => description.GetAsync(request.PathBase))
            .ExcludeFromDescription();
        endpoints.MapApiReference();
        // Otherwise the UI's "not found" page would respond.
        endpoints.Map(UnmatchedRequests.Pattern, UnmatchedRequests.Answer).ExcludeFromDescription();
        var api = endpoints.MapGroup("/api/v1")
            .AddEndpointFilter(AnswerProblemsAsync)
            .AddEndpointFilter(LocateBelowBasePath)
            .AddEndpointFilterFactory(ArgumentBounds.Check)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);

        api.MapOverview();
        api.MapMirrors();
        api.MapModules();
        api.MapTransfers();
        api.MapKeys();
        api.MapRegistryNamespaces();
        api.MapRoutes();
        api.MapSigningKeys();
        api.MapDeprecations();
        api.MapModulePublishing();
        api.MapPublishedProviders();
        api.MapModuleSources();
        api.MapWebhooks();
        api.MapDiagnosis();
        api.MapMaintenance();
        api.MapSyncs();
        api.MapPolicy();
        api.MapSearch();
        api.MapJobs();
        api.MapActivity();
        api.MapUsers();
        api.MapAccount();
        api.MapSessions();
        api.MapSetup();
        api.MapNamespaces();
        api.MapMembers();
        api.MapServiceAccounts();
        api.MapTokens();
        api.MapVariables();
        api.MapFederation();
        api.MapFederatedIdentities();
    }

    private static Task DescribeProductAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Mirror";
        document.Info.Version = ProductVersion.Text;
        return Task.CompletedTask;
    }

    /// <summary>Describes the input of <see cref="CachingChoice"/>, which the OpenAPI generator cannot see.</summary>
    private static Task DescribeCachingAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(CachingSetting?) && context.JsonPropertyInfo is not null)
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            schema.Enum = [.. CachingChoice.Names.Select(name => (JsonNode)name)];
        }

        return Task.CompletedTask;
    }

    /// <summary>Handlers name what they made by its address in the API.</summary>
    private static ValueTask<object?> LocateBelowBasePath(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.Request.PathBase.HasValue)
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                if (headers.Location is [{ } location])
                {
                    headers.Location = context.Request.PathBase + location;
                }

                return Task.CompletedTask;
            });
        }

        return next(invocation);
    }

    private static async ValueTask<object?> AnswerProblemsAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (ApiProblemException problem)
        {
            return problem.ToResult();
        }
        catch (Exception e) when (ConcurrentChanges.Caused(e))
        {
            return Problems.Create(
                StatusCodes.Status409Conflict,
                "Concurrent change",
                "Another request changed or deleted the same object. Reload it and try again.");
        }
    }
}
