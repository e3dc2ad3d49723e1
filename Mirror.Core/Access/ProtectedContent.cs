using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Access;

/// <summary>
/// Determines which providers and modules of a root group are never anonymous, because they were, or would be, fetched with a credential.
/// </summary>
public sealed class ProtectedContent
{
    private static readonly Answer Yes = new(true), No = new(false);

    private readonly ReadThroughCache<(long RootGroupId, ISourceAddress Source), Answer> _stored;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly NamespaceDirectory _namespaces;
    private readonly IOriginCredentials _credentials;

    public ProtectedContent(
        IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, IOriginCredentials credentials, CatalogChanges changes)
    {
        (_databases, _namespaces, _credentials) = (databases, namespaces, credentials);
        _stored = new(ReadAsync, about: key => (key.RootGroupId, key.Source));
        changes.Changed += change =>
        {
            if (!change.LeavesPackages)
            {
                _stored.Forget(change.RootGroupId, change.Source);
            }
        };
    }

    public async ValueTask<bool> ContainsAsync(ResolvedNamespace scope, ISourceAddress source, CancellationToken cancellationToken)
    {
        var credential = await _credentials.FindAsync(scope.NamespaceId, source.Hostname, cancellationToken).ConfigureAwait(false);
        return !credential.Identity.IsNone
            || await _stored.GetAsync((scope.RootGroupId, source), cancellationToken).ConfigureAwait(false) == Yes;
    }

    /// <summary>
    /// Whether any of the providers is protected, for readers in the namespace or for a task started in another namespace of its root
    /// group.
    /// </summary>
    /// <param name="begun">The namespace of the task, which may have its own credentials.</param>
    public async ValueTask<bool> ContainsAnyAsync(
        ResolvedNamespace scope,
        NamespacePath begun,
        IReadOnlyCollection<ProviderAddress> providers,
        CancellationToken cancellationToken) =>
        await ContainsAnyAsync(scope, providers, cancellationToken).ConfigureAwait(false)
        || begun != scope.Path
            && await _namespaces.FindAsync(begun, cancellationToken).ConfigureAwait(false) is { } other
            && await ContainsAnyAsync(other, providers, cancellationToken).ConfigureAwait(false);

    private async ValueTask<bool> ContainsAnyAsync(
        ResolvedNamespace scope, IReadOnlyCollection<ProviderAddress> providers, CancellationToken cancellationToken)
    {
        foreach (var provider in providers.Distinct())
        {
            if (await ContainsAsync(scope, provider, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Answer?> ReadAsync((long RootGroupId, ISourceAddress Source) key, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string none = CredentialIdentity.None.Value;
        bool found = key.Source switch
        {
            ModuleAddress module => await db.ModulePackages.Where(ModuleCatalog.Is(key.RootGroupId, module))
                .AnyAsync(package => package.Credential != none, cancellationToken).ConfigureAwait(false),
            _ => await db.Versions.Where(CatalogReader.Is(key.RootGroupId, (ProviderAddress)key.Source))
                .AnyAsync(version => version.Packages.Any(package => package.Credential != none), cancellationToken).ConfigureAwait(false),
        };
        return found ? Yes : No;
    }

    private sealed record Answer(bool IsStored);
}
