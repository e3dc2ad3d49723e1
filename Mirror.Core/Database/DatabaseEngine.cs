using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Core.Database.PostgreSql;
using Mirror.Core.Database.Sqlite;

namespace Mirror.Core.Database;

/// <summary>A kind of database: everything that differs between those that Mirror supports.</summary>
internal abstract class DatabaseEngine
{
    /// <summary>Names the database in messages, without secrets: its file, or its server and name.</summary>
    public abstract string Name { get; }

    public static DatabaseEngine Of(MirrorOptions options) => options.Database.Provider switch
    {
        DatabaseProvider.Sqlite => new SqliteEngine(options.Database.ConnectionString, options.DatabasePath),
        DatabaseProvider.PostgreSql => new PostgreSqlEngine(options.Database.ConnectionString!),
        var provider => throw new InvalidOperationException($"Unknown database provider {provider}."),
    };

    public abstract DatabaseHealth CreateHealth(ILogger? logger);

    /// <summary>Creates contexts that are pooled.</summary>
    public abstract IDbContextFactory<MirrorDbContext> CreateFactory(params IInterceptor[] interceptors);

    /// <summary>Whether the database exists.</summary>
    public abstract bool Exists();

    /// <summary>Makes it possible to create the schema, such as by creating the file.</summary>
    /// <exception cref="IOException">The database cannot be created there.</exception>
    public virtual void Prepare()
    {
    }

    /// <summary>Called after the schema was created or found.</summary>
    public virtual Task CompleteAsync(MirrorDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Keeps what later connections need; the database has its schema.</summary>
    /// <returns>Null if nothing has to be kept.</returns>
    public virtual IDisposable? KeepOpen() => null;

    /// <summary>Makes new rows get ids above those of rows that were inserted with theirs.</summary>
    public virtual Task AdvanceIdsAsync(MirrorDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads the contents of a database, without writing to it.</summary>
    /// <returns>Null if the database does not exist.</returns>
    public abstract Task<DatabaseContents?> ReadAsync(CancellationToken cancellationToken);

    // Comparing the model with the last migration would take a considerable part of each start; a test does it instead.
    internal static void Warnings(WarningsConfigurationBuilder warnings) => warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}

/// <summary>The contents that identify the schema of a database.</summary>
/// <param name="Tables">The names of its tables.</param>
/// <param name="Settings">The rows of its settings, which can be missing.</param>
/// <param name="Migrations">The applied migrations.</param>
internal sealed record DatabaseContents(
    IReadOnlyCollection<string> Tables, IReadOnlyDictionary<string, string> Settings, IReadOnlyCollection<string> Migrations);
