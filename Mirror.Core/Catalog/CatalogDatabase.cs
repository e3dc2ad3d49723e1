using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Mirror.Core.Configuration;

namespace Mirror.Core.Catalog;

/// <summary>Opens the database that the configuration names, and brings its schema up to date.</summary>
public sealed class CatalogDatabase(MirrorOptions options) : IDbContextFactory<MirrorDbContext>
{
    private readonly PooledDbContextFactory<MirrorDbContext> _factory = new(Configure(options));

    public MirrorDbContext CreateDbContext() => _factory.CreateDbContext();

    /// <summary>Makes the schema where there is none yet; nothing else may use the database before.</summary>
    /// <exception cref="OtherSchemaException">The database was made with another schema; nothing was written.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await DatabaseSchema.CheckAsync(Connection(options), cancellationToken).ConfigureAwait(false);
        KeepForOwner();
        await using var db = CreateDbContext();
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        // Readers never wait for the writer, and a commit is one sequential write.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
        await DatabaseSchema.RecordAsync(db, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the file before SQLite does: it holds what signs links, and hashes of passwords. The files beside it get the same mode.</summary>
    private void KeepForOwner()
    {
        if (options.Database.ConnectionString is null && !OperatingSystem.IsWindows() && !File.Exists(options.DatabasePath))
        {
            var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            new FileStream(options.DatabasePath, file).Dispose();
        }
    }

    private static DbContextOptions<MirrorDbContext> Configure(MirrorOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        return options.Database.Provider switch
        {
            DatabaseProvider.Sqlite => new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite(Connection(options)).ConfigureWarnings(Warnings).Options,
            _ => throw new InvalidOperationException($"No database provider {options.Database.Provider}."),
        };
    }

    private static string Connection(MirrorOptions options) => options.Database.ConnectionString ?? $"Data Source={options.DatabasePath};Default Timeout=30";

    // Comparing the model with the last migration would be a good part of every start; a test does it once.
    private static void Warnings(WarningsConfigurationBuilder warnings) => warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}
