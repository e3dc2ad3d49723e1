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
    public static void MapNamespaces(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Groups and workspaces");
        var read = groups.MapGroup("").RequireAccess(AccessAction.Read);
        read.MapGet("", ListAsync).WithName("ListNamespaces").WithSummary("List the groups and workspaces that the caller may read");
        read.MapGet("/{group}", Get).WithName("GetNamespace").WithSummary("Get a group or workspace, with what it inherits");

        groups.MapPost("", CreateRootGroupAsync).WithName("CreateRootGroup")
            .WithSummary("Create a root group: automatic caching and anonymous read are off")
            .RequireAccess(AccessAction.Administer).ProducesProblem(StatusCodes.Status409Conflict);

        var change = groups.MapGroup("/{group}").RequireAccess(AccessAction.ManageSettings);
        change.MapPost("/groups", CreateGroupAsync).WithName("CreateGroup")
            .WithSummary("Create a group in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPost("/workspaces", CreateWorkspaceAsync).WithName("CreateWorkspace")
            .WithSummary("Create a workspace in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPut("/name", RenameAsync).WithName("RenameNamespace")
            .WithSummary("Rename a group or workspace; all paths below it change. Root groups are renamed by administrators")
            .ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPatch("/settings", ChangeSettingsAsync).WithName("ChangeSettings")
            .WithSummary("Change settings; what is not named stays");
        change.MapDelete("", DeleteAsync).WithName("DeleteNamespace")
            .WithSummary("Delete a group or workspace; with force also one that is not empty, and all in it")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<NamespaceList>> ListAsync(
        NamespaceDirectory namespaces, CurrentUser user, CancellationToken cancellationToken)
    {
        var subject = user.Subject;
        var all = await namespaces.ListAsync(cancellationToken);
        return TypedResults.Ok(new NamespaceList(
            [.. all.Where(scope =>
                AccessPolicy.Decide(subject, AccessAction.Read, scope) == AccessDecision.Allow).Select(
                    scope => Namespace.Of(scope, subject))]));
    }

    private static Ok<Namespace> Get(ResolvedNamespace scope, CurrentUser user) => TypedResults.Ok(Namespace.Of(scope, user.Subject));

    private static Task<Created<Namespace>> CreateRootGroupAsync(
        NamespaceName name, NamespaceWriter writer, NamespaceDirectory namespaces, CurrentUser user, CancellationToken cancellationToken) =>
        NamespacePath.TryParse(name.Name, out var path) && path.IsRoot
            ? CreateAsync(path, NamespaceKind.Group, writer, namespaces, user, cancellationToken)
            : throw InvalidName(name.Name);

    private static Task<Created<Namespace>> CreateGroupAsync(
        NamespaceName name, NamespaceWriter writer, NamespaceDirectory namespaces, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken) =>
        CreateAsync(PathIn(scope, name.Name), NamespaceKind.Group, writer, namespaces, user, cancellationToken);

    private static Task<Created<Namespace>> CreateWorkspaceAsync(
        NamespaceName name, NamespaceWriter writer, NamespaceDirectory namespaces, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken) =>
        CreateAsync(PathIn(scope, name.Name), NamespaceKind.Workspace, writer, namespaces, user, cancellationToken);

    private static async Task<Created<Namespace>> CreateAsync(
        NamespacePath path, NamespaceKind kind, NamespaceWriter writer, NamespaceDirectory namespaces, CurrentUser user,
        CancellationToken cancellationToken)
    {
        var outcome = await writer.CreateAsync(path, kind, user.Principal, cancellationToken);
        return outcome switch
        {
            CreateOutcome.Created => TypedResults.Created(
                $"/api/v1/groups/{Uri.EscapeDataString(path.Value)}",
                Namespace.Of(await FindAsync(namespaces, path, cancellationToken), user.Subject)),
            CreateOutcome.AlreadyExists => throw ApiProblemException.Conflict($"'{path}' exists already."),
            CreateOutcome.ParentMissing => throw Unknown(path.Parent!),
            CreateOutcome.ParentIsWorkspace => throw ApiProblemException.Invalid(
                $"'{path.Parent}' is a workspace, in which nothing can be created; groups hold groups and workspaces."),
            _ => throw ApiProblemException.Invalid($"The workspace '{path}' needs a group to be in."),
        };
    }

    private static async Task<Ok<Namespace>> RenameAsync(
        NamespaceName name, NamespaceWriter writer, NamespaceDirectory namespaces, ResolvedNamespace scope, CurrentUser user,
        HttpContext context, CancellationToken cancellationToken)
    {
        if (scope.IsRoot)
        {
            // Which root groups there are is the administrators' business, and whether a name is taken would tell.
            user.Require(AccessAction.Administer, context);
        }

        if (!scope.Path.TryRename(name.Name, out var renamed))
        {
            throw InvalidName(name.Name);
        }

        if (renamed != scope.Path)
        {
            switch (await writer.RenameAsync(scope.Path, renamed, user.Principal, cancellationToken))
            {
                case RenameOutcome.AlreadyExists:
                    throw ApiProblemException.Conflict($"'{renamed}' exists already.");
                case RenameOutcome.NotFound:
                    throw Unknown(scope.Path);
                case RenameOutcome.IsDefault:
                    throw ApiProblemException.Invalid(
                        $"The group '{scope.Path}' cannot be renamed: clients without a group of their own use it.");
            }
        }

        return TypedResults.Ok(Namespace.Of(await FindAsync(namespaces, renamed, cancellationToken), user.Subject));
    }

    private static async Task<Ok<Namespace>> ChangeSettingsAsync(
        SettingsUpdate settings, NamespaceWriter writer, NamespaceDirectory namespaces, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken)
    {
        return await writer.ChangeSettingsAsync(
            scope.Path, settings.AutomaticCaching, settings.AnonymousRead, user.Principal, cancellationToken) switch
        {
            SettingsOutcome.Changed => TypedResults.Ok(
                Namespace.Of(await FindAsync(namespaces, scope.Path, cancellationToken), user.Subject)),
            SettingsOutcome.NotARootGroup => throw ApiProblemException.Invalid(
                $"anonymousRead: '{scope.Path}' follows its root group; set it at '{scope.Path.RootName}'."),
            SettingsOutcome.FollowsConfiguration => throw ApiProblemException.Invalid(
                $"anonymousRead: '{scope.Path}' follows the server's configuration, Mirror:Auth:AnonymousRead."),
            _ => throw Unknown(scope.Path),
        };
    }

    private static async Task<NoContent> DeleteAsync(
        NamespaceWriter writer, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken, bool force = false)
    {
        var path = scope.Path;
        return await writer.DeleteAsync(path, force, user.Principal, cancellationToken) switch
        {
            DeleteOutcome.Deleted => TypedResults.NoContent(),
            DeleteOutcome.NotEmpty => throw ApiProblemException.Conflict(
                $"'{path}' is not empty: it has groups or workspaces in it, or provider versions stored. Forced (force=true; on the command line --force), they are deleted as well."),
            DeleteOutcome.IsDefault => throw ApiProblemException.Invalid(
                $"The group '{path}' cannot be deleted: clients without a group of their own use it."),
            _ => throw Unknown(path),
        };
    }

    private static NamespacePath PathIn(ResolvedNamespace parent, string? name) =>
        parent.Path.TryAppend(name, out var path) ? path : throw InvalidName(name);

    private static async Task<ResolvedNamespace> FindAsync(
        NamespaceDirectory namespaces, NamespacePath path, CancellationToken cancellationToken) =>
        await namespaces.FindAsync(path, cancellationToken) ?? throw Unknown(path);

    private static ApiProblemException Unknown(NamespacePath path) => ApiProblemException.NotFound(
        $"There is no group or workspace '{path}'.");

    private static ApiProblemException InvalidName(string? name) => ApiProblemException.Invalid(
        $"name: '{name}' is not valid; expected up to 64 lower-case letters, digits, '-' and '_', beginning and ending with a letter or digit, in at most 16 levels.");
}
