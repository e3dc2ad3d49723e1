using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Access;

/// <summary>Tells which providers and modules of a root group are never anonymous: what of them was, or would be, fetched with a credential.</summary>
public sealed class ProtectedContent
{
    private const int MaxInMemory = 20_000;
    private readonly ConcurrentDictionary<(long RootGroupId, ISourceAddress Source), bool> _stored = new();
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly NamespaceDirectory _namespaces;
    private readonly IOriginCredentials _credentials;
    private readonly ChangeMarks _marks = new();

    public ProtectedContent(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, IOriginCredentials credentials, CatalogChanges changes)
    {
        (_databases, _namespaces, _credentials) = (databases, namespaces, credentials);
        changes.Changed += change =>
        {
            if (!change.LeavesPackages)
            {
                _marks.Mark(change.RootGroupId, change.Source);
                _stored.TryRemove((change.RootGroupId, change.Source), out _);
            }
        };
    }

    public async ValueTask<bool> ContainsAsync(MirrorScope scope, ISourceAddress source, CancellationToken cancellationToken)
    {
        var credential = await _credentials.FindAsync(scope.NamespaceId, source.Hostname, cancellationToken).ConfigureAwait(false);
        return !credential.Identity.IsNone
            || (_stored.TryGetValue((scope.RootGroupId, source), out bool stored) ? stored : await LoadAsync(scope.RootGroupId, source, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whether one of the providers is such, for somebody in the namespace or for what was begun in another one of its root group.</summary>
    /// <param name="begun">That one; credentials may be its own.</param>
    public async ValueTask<bool> ContainsAnyAsync(MirrorScope scope, NamespacePath begun, IReadOnlyCollection<ProviderAddress> providers, CancellationToken cancellationToken) =>
        await ContainsAnyAsync(scope, providers, cancellationToken).ConfigureAwait(false)
        || begun != scope.Path
            && await _namespaces.FindAsync(begun, cancellationToken).ConfigureAwait(false) is { } other
            && await ContainsAnyAsync(other, providers, cancellationToken).ConfigureAwait(false);

    private async ValueTask<bool> ContainsAnyAsync(MirrorScope scope, IReadOnlyCollection<ProviderAddress> providers, CancellationToken cancellationToken)
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

    private async Task<bool> LoadAsync(long rootGroupId, ISourceAddress source, CancellationToken cancellationToken)
    {
        long before = _marks.Now;
        await using var db = _databases.CreateDbContext();
        string none = CredentialIdentity.None.Value;
        bool found = source switch
        {
            ModuleAddress module => await db.ModulePackages.Where(ModuleCatalog.Is(rootGroupId, module))
                .AnyAsync(package => package.Credential != none, cancellationToken).ConfigureAwait(false),
            _ => await db.Versions.Where(CatalogReader.Is(rootGroupId, (ProviderAddress)source))
                .AnyAsync(version => version.Packages.Any(package => package.Credential != none), cancellationToken).ConfigureAwait(false),
        };
        if (_stored.Count >= MaxInMemory)
        {
            _stored.Clear();
        }

        if (!_marks.ChangedSince(before, rootGroupId, source))
        {
            _stored[(rootGroupId, source)] = found;
            if (_marks.ChangedSince(before, rootGroupId, source))
            {
                // A change came in between, and may have passed this one over.
                _stored.TryRemove((rootGroupId, source), out _);
            }
        }

        return found;
    }
}
