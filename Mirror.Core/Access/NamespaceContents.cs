using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>The content that is deleted with a group or workspace, including all below it.</summary>
/// <param name="Groups">The groups below it.</param>
/// <param name="Versions">The mirrored provider versions; none unless it is a root group.</param>
/// <param name="Modules">The stored module packages; none unless it is a root group.</param>
/// <param name="Members">The roles granted in it or below.</param>
/// <param name="Tokens">The tokens of its service accounts.</param>
public sealed record NamespaceContent(
    int Groups, int Workspaces, int Versions, int Modules, int Members, int ServiceAccounts, int Tokens, int Variables);

/// <summary>Counts the content of groups and workspaces.</summary>
public sealed class NamespaceContents(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces)
{
    public async Task<NamespaceContent> CountAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var below = (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(other => other.NamespaceId != scope.NamespaceId && scope.Path.Contains(other.Path))
            .ToList();
        long[] ids = [scope.NamespaceId, .. below.Select(other => other.NamespaceId)];
        await using var db = databases.CreateDbContext();
        return new NamespaceContent(
            below.Count(other => other.Kind == NamespaceKind.Group),
            below.Count(other => other.Kind == NamespaceKind.Workspace),
            scope.IsRoot
                ? await db.Versions.CountAsync(row => row.Provider.RootGroupId == scope.RootGroupId, cancellationToken).ConfigureAwait(false)
                : 0,
            scope.IsRoot
                ? await db.ModulePackages.CountAsync(row => row.RootGroupId == scope.RootGroupId, cancellationToken).ConfigureAwait(false)
                : 0,
            await db.Memberships.CountAsync(row => ids.Contains(row.NamespaceId), cancellationToken).ConfigureAwait(false),
            await db.Principals.CountAsync(
                row => row.Kind == PrincipalKind.ServiceAccount && ids.Contains(row.NamespaceId ?? 0),
                cancellationToken).ConfigureAwait(false),
            await db.AccessTokens.CountAsync(
                row => row.RevokedAt == null
                    && row.Principal.Kind == PrincipalKind.ServiceAccount
                    && ids.Contains(row.Principal.NamespaceId ?? 0),
                cancellationToken).ConfigureAwait(false),
            await db.Variables.CountAsync(row => ids.Contains(row.NamespaceId), cancellationToken).ConfigureAwait(false));
    }
}
