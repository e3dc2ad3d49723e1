using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The Git repositories whose tags a root group publishes as versions of modules.</summary>
internal static class ModuleSourceEndpoints
{
    private const string Source = "/{namespace}/{name}/{system}";

    public static void MapModuleSources(this IEndpointRouteBuilder api)
    {
        var sources = api.MapGroup("/groups/{group}/registry/sources").WithTags(RegistryRequests.Tag);
        var change = sources.MapGroup("").RequireAccess(AccessAction.ManageSettings);
        change.MapGet("", ListAsync).WithName("ListModuleSources").WithMetadata(BoundedWork.InLane)
            .WithSummary("List the Git repositories whose tags are published as versions of modules");
        change.MapPost(Source, AddAsync).WithName("AddModuleSource")
            .WithSummary("Publish the tags of a Git repository, with a webhook whose secret is shown only now")
            .ProducesProblem(StatusCodes.Status409Conflict);
        change.MapDelete(Source, RemoveAsync).WithName("RemoveModuleSource")
            .WithSummary("Stop publishing the tags of a Git repository; published versions stay");
        change.MapPost(Source + "/secret", SetSecretAsync).WithName("SetWebhookSecret")
            .WithSummary("Replace the secret of a webhook, with a generated one or a signing token of GitLab");
        sources.MapPost(Source + "/tags", PublishAsync).RequireAccess(AccessAction.ChangeMirror).WithName("PublishModuleTag")
            .WithSummary("Publish a tag without a webhook")
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Ok<ModuleSourceList>> ListAsync(
        ModuleSources sources, OwnHostnames hostnames, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        RegistryRequests.Hostname(hostnames);
        return TypedResults.Ok(new ModuleSourceList(await sources.ListAsync(RegistryRequests.RootGroupId(scope), cancellationToken)));
    }

    private static async Task<Created<CreatedModuleSource>> AddAsync(
        [AsParameters] SourceRoute route,
        NewModuleSource wanted,
        ModuleSources sources,
        RegistryNamespaces registry,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var module = route.Parse(hostnames);
        var parent = await RegistryRequests.FindNamespaceAsync(registry, scope, module.Namespace, cancellationToken);
        try
        {
            var created = await sources.AddAsync(parent, module, wanted, user.Principal, cancellationToken)
                ?? throw ApiProblemException.Conflict($"{module.Display} has a module source already. Remove it first.");
            return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/registry/sources", created);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }

    private static async Task<NoContent> RemoveAsync(
        [AsParameters] SourceRoute route, ModuleSources sources, OwnHostnames hostnames, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken)
    {
        var module = route.Parse(hostnames);
        return await sources.RemoveAsync(RegistryRequests.RootGroupId(scope), module, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw NoSource(scope, module);
    }

    private static async Task<Ok<CreatedModuleSource>> SetSecretAsync(
        [AsParameters] SourceRoute route,
        NewWebhookSecret wanted,
        ModuleSources sources,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var module = route.Parse(hostnames);
        if (wanted.Secret is { } given && WebhookSecret.Check(given) is { } fault)
        {
            throw ApiProblemException.Invalid($"secret: {fault}");
        }

        return await sources.SetSecretAsync(
                RegistryRequests.RootGroupId(scope), module, wanted.Secret, user.Principal, cancellationToken) is { } set
            ? TypedResults.Ok(set)
            : throw NoSource(scope, module);
    }

    private static async Task<Results<Ok<PublishedTag>, ProblemHttpResult>> PublishAsync(
        [AsParameters] SourceRoute route,
        NewModuleTag wanted,
        TagPublisher publisher,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var outcome = await publisher.PublishAsync(
            RegistryRequests.RootGroupId(scope), route.Parse(hostnames), wanted.Tag, user.Principal, cancellationToken);
        if (outcome.TryGet(out var published))
        {
            return TypedResults.Ok(published);
        }

        var (status, title) = FailureResponses.Describe(outcome.Failure.Kind);
        return Problems.Create(status, title, outcome.Failure.Message);
    }

    private static ApiProblemException NoSource(ResolvedNamespace scope, ModuleAddress module) =>
        ApiProblemException.NotFound($"The module {module.Display} has no module source in '{scope.Path}'.");

    internal sealed record SourceRoute(string Namespace, string Name, string System)
    {
        public ModuleAddress Parse(OwnHostnames hostnames) =>
            RegistryRequests.ParseModule(RegistryRequests.Hostname(hostnames), Namespace, Name, System);
    }
}
