using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>Groups and workspaces. <c>{group}</c> is the path of either, as one URL segment.</summary>
internal static class NamespaceEndpoints
{
    public static void MapNamespaces(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Groups and workspaces");
        var read = groups.MapGroup("").RequireAccess(AccessAction.Read);
        read.MapGet("", ListAsync).WithName("ListNamespaces").WithSummary("List the groups and workspaces that the caller may read");
        read.MapGet("/{group}", Get).WithName("GetNamespace").WithSummary("Get a group or workspace and the settings it inherits");

        groups.MapPost("", CreateRootGroupAsync).WithName("CreateRootGroup")
            .WithSummary("Create a root group, with automatic caching and anonymous read access off")
            .RequireAccess(AccessAction.Administer).ProducesProblem(StatusCodes.Status409Conflict);

        var change = groups.MapGroup("/{group}").RequireAccess(AccessAction.ManageSettings);
        change.MapPost("/groups", CreateGroupAsync).WithName("CreateGroup")
            .WithSummary("Create a group in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPost("/workspaces", CreateWorkspaceAsync).WithName("CreateWorkspace")
            .WithSummary("Create a workspace in a group").ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPut("/name", RenameAsync).WithName("RenameNamespace")
            .WithSummary("Rename a group or workspace and the paths below it; renaming a root group requires an administrator")
            .ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPatch("/settings", ChangeSettingsAsync).WithName("ChangeSettings")
            .WithSummary("Change settings; omitted settings are unchanged");
        change.MapDelete("", DeleteAsync).WithName("DeleteNamespace")
            .WithSummary("Delete a group or workspace; with force, also its content")
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
            CreateOutcome.AlreadyExists => throw ApiProblemException.Conflict($"'{path}' already exists."),
            CreateOutcome.ParentMissing => throw Unknown(path.Parent!),
            CreateOutcome.ParentIsWorkspace => throw ApiProblemException.Invalid(
                $"'{path.Parent}' is a workspace, which cannot contain groups or workspaces."),
            _ => throw ApiProblemException.Invalid($"The workspace '{path}' must be in a group."),
        };
    }

    private static async Task<Ok<Namespace>> RenameAsync(
        NamespaceName name, NamespaceWriter writer, NamespaceDirectory namespaces, ResolvedNamespace scope, CurrentUser user,
        HttpContext context, CancellationToken cancellationToken)
    {
        if (scope.IsRoot)
        {
            // For administrators only: whether a name is in use would reveal other root groups.
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
                    throw ApiProblemException.Conflict($"'{renamed}' already exists.");
                case RenameOutcome.NotFound:
                    throw Unknown(scope.Path);
                case RenameOutcome.IsDefault:
                    throw ApiProblemException.Invalid(
                        $"The group '{scope.Path}' cannot be renamed: clients use it by default.");
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
                $"anonymousRead: '{scope.Path}' inherits it from its root group; set it at '{scope.Path.RootName}'."),
            SettingsOutcome.FollowsConfiguration => throw ApiProblemException.Invalid(
                $"anonymousRead: '{scope.Path}' follows the server's setting Mirror:Auth:AnonymousRead."),
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
                $"'{path}' is not empty: it contains groups, workspaces or stored versions. To delete them too, use force=true "
                + "(command line: --force)."),
            DeleteOutcome.IsDefault => throw ApiProblemException.Invalid(
                $"The group '{path}' cannot be deleted: clients use it by default."),
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
        $"name: '{name}' is not valid; expected up to 64 lower-case letters, digits, '-' and '_', beginning and ending with a letter or "
        + "digit, at most 16 levels deep.");
}
