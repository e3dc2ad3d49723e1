using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mirror.Core.Database.Sqlite;

/// <summary>
/// Monitors a database file: a deleted file can still be read and written by processes that have it open, and a damaged page is only found
/// by a query that reads it.
/// </summary>
internal sealed class SqliteHealth : DatabaseHealth
{
    /// <summary>How many seconds a statement waits for a lock: less than a client waits for a document.</summary>
    private const int LockWait = 5;

    /// <summary>The same in seconds for a database that is known to be locked, and for the probe.</summary>
    private const int ShortLockWait = 2;

    /// <summary>The minimum free space in bytes that the database needs: a few commits.</summary>
    private const long MinimumFreeSpace = 1 << 20;

    /// <summary>The share of time spent on checking all pages: one hundredth.</summary>
    private const int PageCheckShare = 100;

    /// <summary>
    /// The size in bytes of a database whose pages are all read in less than a second, so that a response can wait for the check.
    /// </summary>
    private const long SmallSize = 64 << 20;

    private readonly string _connectionString;
    private readonly SqliteConnectionStringBuilder _connection;
    private readonly string? _file;
    private Task _pageCheck = Task.CompletedTask;
    private long? _pagesCheckedAt;
    private TimeSpan _pageCheckTook;
    private DateTime _checkedVersion;

    public SqliteHealth(string connectionString, ILogger? logger)
        : base(logger)
    {
        _connectionString = connectionString;
        _connection = new SqliteConnectionStringBuilder(connectionString);
        _file = _connection.Mode == SqliteOpenMode.Memory
            || _connection.DataSource is "" or ":memory:"
            || _connection.DataSource.StartsWith("file:", StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(_connection.DataSource);
    }

    protected override void Probe()
    {
        if (_file is null)
        {
            return;
        }

        CheckFile();
        using var connection = Open(SqliteOpenMode.ReadWrite);
        if (Query(connection, "SELECT count(*) FROM sqlite_schema WHERE name = '__EFMigrationsHistory'") is not 1L)
        {
            throw new SqliteException("no such table: __EFMigrationsHistory", 1);
        }

        CheckPages();
        CheckWriting(connection);
    }

    protected override void Opening()
    {
        // Otherwise SQLite would create an empty database, or continue with a deleted file.
        if (IsWatching && _file is not null && !File.Exists(_file))
        {
            var missing = new SqliteException("The database's file is missing.", 14);
            Report(missing);
            throw missing;
        }
    }

    protected override void Opened(DbConnection connection, bool waitsLonger)
    {
        if (connection is SqliteConnection sqlite)
        {
            int wait = waitsLonger ? int.MaxValue : WritesSuspect ? ShortLockWait : LockWait;
            sqlite.DefaultTimeout = Math.Min(_connection.DefaultTimeout, wait);
        }
    }

    private void CheckFile()
    {
        if (!File.Exists(_file))
        {
            // Close connections that still have the old file open.
            using (var connection = new SqliteConnection(_connectionString))
            {
                SqliteConnection.ClearPool(connection);
            }

            throw new SqliteException("The database's file is missing.", 14);
        }

        if (new DriveInfo(Path.GetDirectoryName(_file)!).AvailableFreeSpace < MinimumFreeSpace)
        {
            throw new SqliteException("The disk is full.", 13);
        }
    }

    /// <summary>
    /// Starts reading all pages if the file has changed or a query found a damaged one; waits if that takes only a short time.
    /// </summary>
    private void CheckPages()
    {
        var version = File.GetLastWriteTimeUtc(_file!);
        bool isDue = version != _checkedVersion || PagesSuspect;
        if (isDue && _pageCheck.IsCompleted && !(_pagesCheckedAt is { } at && Clock.GetElapsedTime(at) < _pageCheckTook * PageCheckShare))
        {
            _pageCheck = Task.Run(() => ReadPages(version));
        }

        if (new FileInfo(_file!).Length < SmallSize)
        {
            _pageCheck.GetAwaiter().GetResult();
        }
    }

    private void ReadPages(DateTime version)
    {
        long begun = Clock.GetTimestamp();
        try
        {
            using var connection = Open(SqliteOpenMode.ReadOnly);
            if (Query(connection, "PRAGMA quick_check(1)") is not "ok")
            {
                throw new SqliteException("The database is damaged.", 11);
            }

            PagesSuspect = false;
        }
        catch (Exception e) when (Report(e) is not null)
        {
            // The problem has been recorded.
        }

        (_checkedVersion, _pageCheckTook, _pagesCheckedAt) = (version, Clock.GetElapsedTime(begun), Clock.GetTimestamp());
    }

    private void CheckWriting(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        if (WritesSuspect)
        {
            Query(
                connection,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"PRAGMA user_version = {Query(connection, "PRAGMA user_version", transaction)}"),
                transaction);
            transaction.Commit();
            WritesSuspect = false;
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(
                _connection.ConnectionString)
            { Mode = mode, Pooling = false, DefaultTimeout = ShortLockWait }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static object? Query(SqliteConnection connection, string statement, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.Transaction = transaction;
        return command.ExecuteScalar();
    }
}
