using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>
/// The bytes that publications are about to store. The record of a publication is removed in the transaction that makes its version
/// visible; if the process is killed before, recovery removes the bytes. Unlike fetched bytes, nothing will ask for them again.
/// </summary>
public sealed class PendingBlobs(IDbContextFactory<MirrorDbContext> databases, StoredBlobs blobs, TimeProvider time)
{
    private const string Prefix = "pending-blobs/";

    /// <summary>Longer than storing a release takes.</summary>
    private static readonly TimeSpan MinimumAge = TimeSpan.FromHours(1);

    /// <returns>The name of the record.</returns>
    internal async Task<string> AddAsync(IReadOnlyCollection<Sha256Digest> digests, CancellationToken cancellationToken)
    {
        string name = $"{Prefix}{Guid.CreateVersion7(time.GetUtcNow()):N}";
        string since = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var db = databases.CreateDbContext();
        db.Settings.Add(new SettingRow { Name = name, Value = string.Join(' ', [since, .. digests.Select(digest => digest.Hex)]) });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return name;
    }

    /// <summary>Removes the record in the caller's transaction, in which rows refer to the bytes.</summary>
    /// <exception cref="IOException">Recovery has removed the bytes.</exception>
    internal static async Task CompleteAsync(MirrorDbContext db, string name, CancellationToken cancellationToken)
    {
        if (await db.Settings.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) == 0)
        {
            throw new IOException("The publication took so long that its packages were removed. Publish again.");
        }
    }

    /// <summary>Removes the bytes of a publication that failed, unless other rows refer to them.</summary>
    internal async Task DiscardAsync(string name, IEnumerable<Sha256Digest> digests, CancellationToken cancellationToken)
    {
        foreach (var digest in digests)
        {
            await blobs.RemoveUnusedAsync(digest, cancellationToken).ConfigureAwait(false);
        }

        await using var db = databases.CreateDbContext();
        await db.Settings.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the bytes of publications that a kill interrupted.</summary>
    /// <param name="isStart">Nothing is being published here. Other replicas, which SQLite does not have, may be publishing.</param>
    /// <returns>The number of interrupted publications.</returns>
    public async Task<int> RecoverAsync(bool isStart, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var before = isStart && db.Database.IsSqlite() ? DateTimeOffset.MaxValue : time.GetUtcNow() - MinimumAge;
        var rows = await db.Settings.AsNoTracking()
            .Where(row => row.Name.StartsWith(Prefix))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        int recovered = 0;
        foreach (var row in rows)
        {
            string[] parts = row.Value.Split(' ');
            if (DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture)) > before)
            {
                continue;
            }

            // First the record: a publication that is still running then fails in its transaction. The order does not matter otherwise,
            // because bytes without a record are orphans.
            if (await db.Settings.Where(other => other.Name == row.Name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) > 0)
            {
                await DiscardAsync(row.Name, parts[1..].Select(Sha256Digest.Parse), cancellationToken).ConfigureAwait(false);
                recovered++;
            }
        }

        return recovered;
    }
}
