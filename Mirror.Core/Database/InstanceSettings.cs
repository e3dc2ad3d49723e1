using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>Small values of this instance that outlive a restart.</summary>
public sealed class InstanceSettings(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>Null where it is not set.</summary>
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Settings.Where(row => row.Name == name)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The settings whose names begin alike.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Settings.AsNoTracking()
            .Where(row => row.Name.StartsWith(prefix))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => KeyValuePair.Create(row.Name, row.Value))];
    }

    /// <param name="name">Which setting.</param>
    /// <param name="value">Null removes it.</param>
    public Task SetAsync(string name, string? value, CancellationToken cancellationToken) => databases.RetryAsync(async db =>
    {
        await db.Settings.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        if (value is not null)
        {
            db.Settings.Add(new SettingRow { Name = name, Value = value });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    });
}
