using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;

namespace Mirror.Core.Database;

/// <summary>Opens the configured database and creates its schema.</summary>
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

    /// <summary>Monitors whether the database works.</summary>
    public DatabaseHealth Health { get; }

    public MirrorDbContext CreateDbContext() => _factory.CreateDbContext();

    /// <summary>Whether the database exists; <see cref="MigrateAsync"/> creates it otherwise.</summary>
    public bool Exists() =>
        _options.Database.ConnectionString is not null || new FileInfo(_options.DatabasePath) is { Exists: true, Length: > 0 };

    /// <summary>Creates the schema if it does not exist. Must be called before any other use of the database.</summary>
    /// <exception cref="OtherSchemaException">The database has another schema; nothing was written.</exception>
    /// <exception cref="IOException">The database path is a link.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        RefuseLink();
        await CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        RestrictToOwner();
        await using var db = CreateDbContext();
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        // With a write-ahead log, readers never wait for the writer, and a commit is one sequential write.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
        await DatabaseSchema.RecordAsync(db, cancellationToken).ConfigureAwait(false);
        Health.Watch();
    }

    private void RefuseLink()
    {
        if (_options.Database.ConnectionString is null && new FileInfo(_options.DatabasePath).LinkTarget is not null)
        {
            throw new IOException(
                $"'{_options.DatabasePath}' is a link, which is not allowed there. To use a database elsewhere, set Mirror:Database:ConnectionString.");
        }
    }

    /// <summary>Rejects a database with another schema.</summary>
    /// <exception cref="OtherSchemaException">The database has another schema; nothing was written to it.</exception>
    internal Task CheckSchemaAsync(CancellationToken cancellationToken) =>
        DatabaseSchema.CheckAsync(Connection(_options), cancellationToken);

    /// <summary>
    /// Creates the file before SQLite does, readable only by the owner: it contains link keys and password hashes. SQLite's additional
    /// files get the same mode.
    /// </summary>
    private void RestrictToOwner()
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
        _ => throw new InvalidOperationException($"Unknown database provider {provider}."),
    };

    private static string Connection(MirrorOptions options) =>
        options.Database.ConnectionString ?? $"Data Source={options.DatabasePath};Default Timeout=30";

    // Comparing the model with the last migration would take a considerable part of each start; a test does it instead.
    internal static void Warnings(WarningsConfigurationBuilder warnings) => warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}
