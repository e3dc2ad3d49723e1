using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>Changes to quarantine entries that are part of other changes.</summary>
internal static class QuarantineRows
{
    /// <summary>Makes the next attempt due immediately; versions stay hidden until it succeeds.</summary>
    /// <param name="provider">Null for all providers of the root group.</param>
    public static Task ExpireAsync(MirrorDbContext db, long rootGroupId, ProviderAddress? provider, CancellationToken cancellationToken)
    {
        var rows = db.Quarantine.Where(row => row.Provider.RootGroupId == rootGroupId);
        if (provider is not null)
        {
            string hostname = provider.Hostname.Value, @namespace = provider.Namespace, type = provider.Type;
            rows = rows.Where(row => row.Provider.Hostname == hostname
                && row.Provider.Namespace == @namespace
                && row.Provider.Type == type);
        }

        return rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Until, row => row.FailedAt), cancellationToken);
    }

    /// <summary>Removes the entries that a successful attempt has resolved, with the caller's next save.</summary>
    /// <param name="platform">As <c>os_arch</c>; empty for the whole version.</param>
    public static async Task RemoveAsync(
        MirrorDbContext db, long providerId, string version, string platform, CancellationToken cancellationToken) =>
        db.Quarantine.RemoveRange(await db.Quarantine
            .Where(row => row.ProviderId == providerId && row.Version == version && row.Platform == platform)
            .ToListAsync(cancellationToken).ConfigureAwait(false));
}
