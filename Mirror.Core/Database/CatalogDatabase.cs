using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;

namespace Mirror.Core.Database;

/// <summary>Opens the configured database and creates its schema.</summary>
public sealed class CatalogDatabase : IDbContextFactory<MirrorDbContext>, IDisposable
{
    private readonly DatabaseEngine _engine;
    private readonly IDbContextFactory<MirrorDbContext> _factory;
    private IDisposable? _kept;

    public CatalogDatabase(MirrorOptions options, ILogger<CatalogDatabase>? logger = null)
        : this(DatabaseEngine.Of(options), options.DataDirectory, logger)
    {
    }

    internal CatalogDatabase(DatabaseEngine engine, string dataDirectory, ILogger? logger)
    {
        Directory.CreateDirectory(dataDirectory);
        _engine = engine;
        Health = engine.CreateHealth(logger);
        _factory = engine.CreateFactory(Health);
    }

    /// <summary>Monitors whether the database works.</summary>
    public DatabaseHealth Health { get; }

    /// <summary>Names the database in messages, without secrets.</summary>
    internal string Name => _engine.Name;

    public MirrorDbContext CreateDbContext() => _factory.CreateDbContext();

    /// <summary>Whether the database exists; <see cref="MigrateAsync"/> creates it otherwise.</summary>
    public bool Exists() => _engine.Exists();

    /// <summary>Creates the schema if it does not exist. Must be called before any other use of the database.</summary>
    /// <exception cref="OtherSchemaException">The database has another schema; nothing was written.</exception>
    /// <exception cref="IOException">The database cannot be created at its path.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        _engine.Prepare();
        await CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        await using var db = CreateDbContext();
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        await _engine.CompleteAsync(db, cancellationToken).ConfigureAwait(false);
        await DatabaseSchema.RecordAsync(db, cancellationToken).ConfigureAwait(false);
        Health.Watch();
    }

    /// <summary>
    /// Makes sure that a full disk does not prevent reading, until this object is disposed. Call it after <see cref="MigrateAsync"/>.
    /// </summary>
    public void KeepOpen() => _kept ??= _engine.KeepOpen();

    public void Dispose() => _kept?.Dispose();

    /// <summary>Whether it has been used: the first start of a server writes settings.</summary>
    internal async Task<bool> ContainsDataAsync(CancellationToken cancellationToken) =>
        await _engine.ReadAsync(cancellationToken).ConfigureAwait(false) is { } contents
        && contents.Settings.Keys.Any(name => !name.StartsWith(DatabaseSchema.SettingsPrefix, StringComparison.Ordinal));

    /// <inheritdoc cref="DatabaseEngine.AdvanceIdsAsync"/>
    internal Task AdvanceIdsAsync(MirrorDbContext db, CancellationToken cancellationToken) => _engine.AdvanceIdsAsync(db, cancellationToken);

    /// <summary>Rejects a database with another schema.</summary>
    /// <exception cref="OtherSchemaException">The database has another schema; nothing was written to it.</exception>
    internal async Task CheckSchemaAsync(CancellationToken cancellationToken) =>
        DatabaseSchema.Check(_engine.Name, await _engine.ReadAsync(cancellationToken).ConfigureAwait(false));
}
