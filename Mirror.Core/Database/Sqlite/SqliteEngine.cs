using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace Mirror.Core.Database.Sqlite;

/// <summary>A database in one file.</summary>
/// <param name="connectionString">Null: the file in the data directory.</param>
/// <param name="path">The file in the data directory.</param>
internal sealed class SqliteEngine(string? connectionString, string path) : DatabaseEngine
{
    private readonly string _connection = connectionString ?? $"Data Source={path};Default Timeout=30";

    public override string Name => Path.GetFullPath(new SqliteConnectionStringBuilder(_connection).DataSource);

    /// <summary>A context for one file, whose connections are closed with it.</summary>
    public static MirrorDbContext Open(string file) =>
        new(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite(ConnectionTo(file)).ConfigureWarnings(Warnings).Options);

    /// <summary>The database in a file, whose connections are not kept.</summary>
    public static SqliteEngine In(string file) => new(ConnectionTo(file), file);

    /// <summary>The contents of a file; null if it does not exist.</summary>
    public static Task<DatabaseContents?> ReadAsync(string file, CancellationToken cancellationToken) =>
        In(file).ReadAsync(cancellationToken);

    /// <summary>Merges the write-ahead log of an unused database into its file.</summary>
    public static async Task LeaveWriteAheadLogAsync(string file, CancellationToken cancellationToken)
    {
        var db = Open(file);
        await using (db.ConfigureAwait(false))
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE", cancellationToken).ConfigureAwait(false);
        }
    }

    public override DatabaseHealth CreateHealth(ILogger? logger) => new SqliteHealth(_connection, logger);

    public override IDbContextFactory<MirrorDbContext> CreateFactory(params IInterceptor[] interceptors) =>
        new PooledDbContextFactory<MirrorDbContext>(
            new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite(_connection).ConfigureWarnings(Warnings).AddInterceptors(interceptors).Options);

    public override bool Exists() => connectionString is not null || new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>
    /// Creates the file before SQLite does, readable only by the owner: it contains link keys and password hashes. SQLite's additional
    /// files get the same mode.
    /// </summary>
    public override void Prepare()
    {
        if (connectionString is not null)
        {
            return;
        }

        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException(
                $"'{path}' is a link, which is not allowed there. To use a database elsewhere, set Mirror:Database:ConnectionString.");
        }

        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            var file = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            new FileStream(path, file).Dispose();
        }
    }

    // With a write-ahead log, readers never wait for the writer, and a commit is one sequential write.
    public override Task CompleteAsync(MirrorDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

    /// <summary>
    /// An idle connection: when the last connection closes, SQLite removes the write-ahead log and its index, and needs free space to open
    /// the database again. See https://www.sqlite.org/wal.html.
    /// </summary>
    public override IDisposable KeepOpen()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connection) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_schema";
            command.ExecuteScalar(); // Opens the log.
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override async Task<DatabaseContents?> ReadAsync(CancellationToken cancellationToken)
    {
        var readOnly = new SqliteConnectionStringBuilder(_connection) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        if (new FileInfo(readOnly.DataSource) is not { Exists: true, Length: > 0 })
        {
            return null;
        }

        var connection = new SqliteConnection(readOnly.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await DatabaseSchema.ReadAsync(
                connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", cancellationToken).ConfigureAwait(false);
        }
    }

    private static string ConnectionTo(string file) => new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString;
}
