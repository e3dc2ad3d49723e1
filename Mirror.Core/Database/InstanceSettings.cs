using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>Stores small values of this instance in the database.</summary>
public sealed class InstanceSettings(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>Null if the setting does not exist.</summary>
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Settings.Where(row => row.Name == name)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The settings whose names start with the prefix.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Settings.AsNoTracking()
            .Where(row => row.Name.StartsWith(prefix))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => KeyValuePair.Create(row.Name, row.Value))];
    }

    /// <param name="name">The name of the setting.</param>
    /// <param name="value">Null to remove the setting.</param>
    public Task SetAsync(string name, string? value, CancellationToken cancellationToken) => databases.RetryAsync(async db =>
    {
        await db.Settings.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        if (value is not null)
        {
            db.Settings.Add(new SettingRow { Name = name, Value = value });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    });

    /// <summary>Adds a setting that users decide about, with its audit event.</summary>
    /// <returns>False if the setting exists already; nothing was written.</returns>
    public Task<bool> AddAsync(string name, string value, AuditRow audit, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
        {
            if (await db.Settings.AnyAsync(row => row.Name == name, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            db.Settings.Add(new SettingRow { Name = name, Value = value });
            db.Audit.Add(audit);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        });
}
