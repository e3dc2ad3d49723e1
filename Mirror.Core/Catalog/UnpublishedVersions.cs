using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A version at this instance's own hostname that was published and deleted.</summary>
public sealed record UnpublishedVersion(ISourceAddress Source, ProviderVersion Version, DateTimeOffset At)
{
    /// <summary>Why the number is refused: a clause.</summary>
    public string Reason => FormattableString.Invariant(
        $"{Source} {Version} was unpublished on {At:yyyy-MM-dd}, and its number cannot be used again");

    public Failure Failure => new(FailureKind.Conflict, $"{Reason}. Publish a new version.");
}

/// <summary>A version was added whose number was unpublished.</summary>
public sealed class UnpublishedVersionException(UnpublishedVersion version) : Exception(version.Failure.Message)
{
    public UnpublishedVersion Version { get; } = version;
}

/// <summary>Knows the versions that were unpublished. Their numbers stay taken, for every root group.</summary>
public sealed class UnpublishedVersions(IDbContextFactory<MirrorDbContext> databases)
{
    /// <param name="source">With the current own hostname.</param>
    /// <returns>Null unless the version was unpublished.</returns>
    public async Task<UnpublishedVersion?> FindAsync(ISourceAddress source, ProviderVersion version, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await FindAsync(db, source, version, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<UnpublishedVersion?> FindAsync(
        MirrorDbContext db, ISourceAddress source, ProviderVersion version, CancellationToken cancellationToken)
    {
        string address = $"{source}";
        var row = await db.UnpublishedVersions.AsNoTracking()
            .SingleOrDefaultAsync(x => x.Source == address && x.Version == version.Value, cancellationToken)
            .ConfigureAwait(false);
        return row is null ? null : new UnpublishedVersion(source, version, row.UnpublishedAt);
    }

    /// <summary>Records a version with the caller's next save, which deletes it.</summary>
    internal static async Task AddAsync(
        MirrorDbContext db,
        long rootGroupId,
        ISourceAddress source,
        ProviderVersion version,
        DateTimeOffset at,
        Principal by,
        CancellationToken cancellationToken)
    {
        // Content of a backup may be deleted a second time.
        if (await FindAsync(db, source, version, cancellationToken).ConfigureAwait(false) is null)
        {
            db.UnpublishedVersions.Add(new UnpublishedVersionRow
            {
                RootGroupId = rootGroupId,
                Source = $"{source}",
                Version = version.Value,
                UnpublishedAt = at,
                UnpublishedBy = by.Name,
            });
        }
    }
}
