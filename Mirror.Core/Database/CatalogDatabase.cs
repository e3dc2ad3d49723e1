using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;

namespace Mirror.Core.Database;

/// <summary>Opens the database that the configuration names, and brings its schema up to date.</summary>
public sealed class CatalogDatabase : IDbContextFactory<MirrorDbContext>
{
    private readonly MirrorOptions _options;
    private readonly PooledDbContextFactory<MirrorDbContext> _factory;

    public CatalogDatabase(MirrorOptions options, ILogger<CatalogDatabase>? logger = null)
    {
        _options = options;
        Directory.CreateDirectory(options.DataDirectory);
        string connection = Connection(options);
        Health = new DatabaseHealth(connection, logger);
        _factory = new PooledDbContextFactory<MirrorDbContext>(
            Configure(options.Database.Provider, connection).AddInterceptors(Health).Options);
    }

    /// <summary>Whether it works.</summary>
    public DatabaseHealth Health { get; }

    public MirrorDbContext CreateDbContext() => _factory.CreateDbContext();

    /// <summary>Whether there is a database; <see cref="MigrateAsync"/> makes one where there is none.</summary>
    public bool Exists() =>
        _options.Database.ConnectionString is not null || new FileInfo(_options.DatabasePath) is { Exists: true, Length: > 0 };

    /// <summary>Makes the schema where there is none yet; nothing else may use the database before.</summary>
    /// <exception cref="OtherSchemaException">The database was made with another schema; nothing was written.</exception>
    /// <exception cref="IOException">A link stands where the database should be.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        RefuseLink();
        await CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        KeepForOwner();
        await using var db = CreateDbContext();
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        // Readers never wait for the writer, and a commit is one sequential write.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
        await DatabaseSchema.RecordAsync(db, cancellationToken).ConfigureAwait(false);
        Health.Watch();
    }

    private void RefuseLink()
    {
        if (_options.Database.ConnectionString is null && new FileInfo(_options.DatabasePath).LinkTarget is not null)
        {
            throw new IOException(
                $"'{_options.DatabasePath}' is a link, and links are not followed there; a database elsewhere is named by Mirror:Database:ConnectionString.");
        }
    }

    /// <summary>Refuses a database that was made with another schema.</summary>
    /// <exception cref="OtherSchemaException">It was; nothing was written to it.</exception>
    internal Task CheckSchemaAsync(CancellationToken cancellationToken) =>
        DatabaseSchema.CheckAsync(Connection(_options), cancellationToken);

    /// <summary>
    /// Makes the file before SQLite does: it holds what signs links, and hashes of passwords. The files beside it get the same mode.
    /// </summary>
    private void KeepForOwner()
    {
        if (_options.Database.ConnectionString is null && !OperatingSystem.IsWindows() && !File.Exists(_options.DatabasePath))
        {
            var file =
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            new FileStream(_options.DatabasePath, file).Dispose();
        }
    }

    private static DbContextOptionsBuilder<MirrorDbContext> Configure(DatabaseProvider provider, string connection) => provider switch
    {
        DatabaseProvider.Sqlite => new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite(connection).ConfigureWarnings(Warnings),
        _ => throw new InvalidOperationException($"No database provider {provider}."),
    };

    private static string Connection(MirrorOptions options) =>
        options.Database.ConnectionString ?? $"Data Source={options.DatabasePath};Default Timeout=30";

    // Comparing the model with the last migration would be a good part of every start; a test does it once.
    internal static void Warnings(WarningsConfigurationBuilder warnings) => warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}
