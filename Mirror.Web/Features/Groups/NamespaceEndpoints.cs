using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>Groups and workspaces. <c>{group}</c> is the path of either, as one segment.</summary>
internal static class NamespaceEndpoints
{
    private const string Groups = "/groups";
    private const string Group = "/groups/{group}";

    public static void MapNamespaces(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").WithTags("Groups and workspaces").RequireAccess(AccessAction.Read);
        read.MapGet(Groups, ListAsync).WithName("ListNamespaces").WithSummary("The groups and workspaces that the caller may read");
        read.MapGet(Group, Get).WithName("GetNamespace").WithSummary("A group or workspace, with what it inherits");

        api.MapPost(Groups, CreateRootGroupAsync).WithTags("Groups and workspaces").RequireAccess(AccessAction.Administer)
            .WithName("CreateRootGroup").WithSummary("Creates a root group: automatic caching and anonymous read are off").ProducesProblem(StatusCodes.Status409Conflict);
        var change = api.MapGroup("").WithTags("Groups and workspaces").RequireAccess(AccessAction.ManageSettings);
        change.MapPost(Group + "/groups", CreateGroupAsync).WithName("CreateGroup").WithSummary("Creates a group in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPost(Group + "/workspaces", CreateWorkspaceAsync).WithName("CreateWorkspace").WithSummary("Creates a workspace in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPut(Group + "/name", RenameAsync).WithName("RenameNamespace")
            .WithSummary("Renames a group or workspace; all paths below it change. Root groups are renamed by administrators").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPatch(Group + "/settings", ChangeSettingsAsync).WithName("ChangeSettings").WithSummary("Changes settings; what is not named stays");
        change.MapDelete(Group, DeleteAsync).WithName("DeleteNamespace")
            .WithSummary("Deletes a group or workspace; with force also one that is not empty, and all in it").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<NamespaceListDocument>> ListAsync(NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken)
    {
        var subject = context.Subject();
        var all = await namespaces.ListAsync(cancellationToken);
        return TypedResults.Ok(new NamespaceListDocument(
            [.. all.Where(scope => AccessPolicy.Decide(subject, AccessAction.Read, scope) == AccessDecision.Allow).Select(scope => NamespaceDocument.From(scope, subject))]));
    }

    private static Ok<NamespaceDocument> Get(string group, HttpContext context) => TypedResults.Ok(NamespaceDocument.From(context.Scope(), context.Subject()));

    private static Task<Created<NamespaceDocument>> CreateRootGroupAsync(NamespaceNameDocument name, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken) =>
        NamespacePath.TryParse(name.Name, out var path) && path.IsRoot
            ? CreateAsync(path, NamespaceKind.Group, writer, namespaces, context, cancellationToken)
            : throw InvalidName(name.Name);

    private static Task<Created<NamespaceDocument>> CreateGroupAsync(string group, NamespaceNameDocument name, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken) =>
        CreateAsync(PathIn(context.Scope(), name.Name), NamespaceKind.Group, writer, namespaces, context, cancellationToken);

    private static Task<Created<NamespaceDocument>> CreateWorkspaceAsync(string group, NamespaceNameDocument name, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken) =>
        CreateAsync(PathIn(context.Scope(), name.Name), NamespaceKind.Workspace, writer, namespaces, context, cancellationToken);

    private static async Task<Created<NamespaceDocument>> CreateAsync(
        NamespacePath path, NamespaceKind kind, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken)
    {
        var outcome = await writer.CreateAsync(path, kind, context.Caller(), cancellationToken);
        return outcome switch
        {
            CreateOutcome.Created => TypedResults.Created(
                $"/api/v1/groups/{Uri.EscapeDataString(path.Value)}",
                NamespaceDocument.From(await FindAsync(namespaces, path, cancellationToken), context.Subject())),
            CreateOutcome.AlreadyExists => throw ApiProblemException.Conflict($"'{path}' exists already."),
            CreateOutcome.ParentMissing => throw Unknown(path.Parent!),
            CreateOutcome.ParentIsWorkspace => throw ApiProblemException.Invalid($"'{path.Parent}' is a workspace, in which nothing can be created; groups hold groups and workspaces."),
            _ => throw ApiProblemException.Invalid($"The workspace '{path}' needs a group to be in."),
        };
    }

    private static async Task<Ok<NamespaceDocument>> RenameAsync(string group, NamespaceNameDocument name, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        if (scope.IsRoot)
        {
            // Which root groups there are is the administrators' business, and whether a name is taken would tell.
            context.Require(AccessAction.Administer);
        }

        if (!scope.Path.TryRename(name.Name, out var renamed))
        {
            throw InvalidName(name.Name);
        }

        if (renamed != scope.Path)
        {
            switch (await writer.RenameAsync(scope.Path, renamed, context.Caller(), cancellationToken))
            {
                case RenameOutcome.AlreadyExists:
                    throw ApiProblemException.Conflict($"'{renamed}' exists already.");
                case RenameOutcome.NotFound:
                    throw Unknown(scope.Path);
                case RenameOutcome.IsDefault:
                    throw ApiProblemException.Invalid($"The group '{scope.Path}' cannot be renamed: clients without a group of their own use it.");
            }
        }

        return TypedResults.Ok(NamespaceDocument.From(await FindAsync(namespaces, renamed, cancellationToken), context.Subject()));
    }

    private static async Task<Ok<NamespaceDocument>> ChangeSettingsAsync(string group, SettingsDocument settings, NamespaceWriter writer, NamespaceDirectory namespaces, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        return await writer.ChangeSettingsAsync(scope.Path, settings.AutomaticCaching, settings.AnonymousRead, context.Caller(), cancellationToken) switch
        {
            SettingsOutcome.Changed => TypedResults.Ok(NamespaceDocument.From(await FindAsync(namespaces, scope.Path, cancellationToken), context.Subject())),
            SettingsOutcome.NotARootGroup => throw ApiProblemException.Invalid($"anonymousRead: '{scope.Path}' follows its root group; set it at '{scope.Path.RootName}'."),
            SettingsOutcome.FollowsConfiguration => throw ApiProblemException.Invalid($"anonymousRead: '{scope.Path}' follows the server's configuration, Mirror:Auth:AnonymousRead."),
            _ => throw Unknown(scope.Path),
        };
    }

    private static async Task<NoContent> DeleteAsync(string group, NamespaceWriter writer, HttpContext context, CancellationToken cancellationToken, bool force = false)
    {
        var path = context.Scope().Path;
        return await writer.DeleteAsync(path, force, context.Caller(), cancellationToken) switch
        {
            DeleteOutcome.Deleted => TypedResults.NoContent(),
            DeleteOutcome.NotEmpty => throw ApiProblemException.Conflict($"'{path}' is not empty: it has groups or workspaces in it, or provider versions stored. Forced (force=true; on the command line --force), they are deleted as well."),
            DeleteOutcome.IsDefault => throw ApiProblemException.Invalid($"The group '{path}' cannot be deleted: clients without a group of their own use it."),
            _ => throw Unknown(path),
        };
    }

    private static NamespacePath PathIn(MirrorScope parent, string? name) => parent.Path.TryAppend(name, out var path) ? path : throw InvalidName(name);

    private static async Task<MirrorScope> FindAsync(NamespaceDirectory namespaces, NamespacePath path, CancellationToken cancellationToken) =>
        await namespaces.FindAsync(path, cancellationToken) ?? throw Unknown(path);

    private static ApiProblemException Unknown(NamespacePath path) => ApiProblemException.NotFound($"There is no group or workspace '{path}'.");

    private static ApiProblemException InvalidName(string? name) => ApiProblemException.Invalid(
        $"name: '{name}' is not valid; expected up to 64 lower-case letters, digits, '-' and '_', beginning and ending with a letter or digit, in at most 16 levels.");
}
