using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>
/// Monitors whether the database works, from the errors of its use and from a probe for faults that its use does not reveal: a deleted file
/// can still be read and written by processes that have it open, and a damaged page is only found by a query that reads it.
/// </summary>
public sealed partial class DatabaseHealth
    : IDbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor, ISaveChangesInterceptor
{
    /// <summary>How many seconds a statement waits for a lock: less than a client waits for a document.</summary>
    private const int LockWait = 5;

    /// <summary>The same in seconds for a database that is known to be locked, and for the probe.</summary>
    private const int ShortLockWait = 2;

    /// <summary>The minimum free space in bytes that the database needs: a few commits.</summary>
    private const long MinimumFreeSpace = 1 << 20;

    private static readonly AsyncLocal<bool> WaitsLonger = new();

    /// <summary>The share of time spent on checking all pages: one hundredth.</summary>
    private const int PageCheckShare = 100;

    /// <summary>
    /// The size in bytes of a database whose pages are all read in less than a second, so that a response can wait for the check.
    /// </summary>
    private const long SmallSize = 64 << 20;

    /// <summary>
    /// A probe takes the write lock: the interval leaves time for writers, even if unauthenticated clients request probes constantly.
    /// </summary>
    internal static readonly TimeSpan MinimumInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a failed database is probed because of requests that need it.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);

    // Measures disks and other processes, so it is always the system clock.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly SqliteConnectionStringBuilder _connection;
    private readonly string? _file;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task _probe = Task.CompletedTask;
    private volatile Failure? _problem;
    private volatile bool _writesSuspect;
    private volatile bool _pagesSuspect;
    private volatile bool _isWatching;
    private long _probedAt = Clock.GetTimestamp();
    private Task _pageCheck = Task.CompletedTask;
    private long? _pagesCheckedAt;
    private TimeSpan _pageCheckTook;
    private DateTime _checkedVersion;

    internal DatabaseHealth(string connectionString, ILogger? logger)
    {
        _connection = new SqliteConnectionStringBuilder(connectionString);
        _file = _connection.Mode == SqliteOpenMode.Memory
            || _connection.DataSource is "" or ":memory:"
            || _connection.DataSource.StartsWith("file:", StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(_connection.DataSource);
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Why the database does not work; null if it works, as far as is known.</summary>
    public Failure? Problem => _problem;

    /// <summary>
    /// Until the result is disposed, statements wait for a lock as long as the connection string says, for changes that must not be lost,
    /// such as the row of a downloaded package.
    /// </summary>
    internal static IDisposable WaitLonger()
    {
        WaitsLonger.Value = true;
        return new LongWait();
    }

    /// <summary>Starts monitoring the file: from now on, a missing file is a fault.</summary>
    internal void Watch() => _isWatching = true;

    /// <summary>Reports an exception.</summary>
    /// <returns>The failure for clients; null if the exception is not a fault of the database.</returns>
    public Failure? Report(Exception exception)
    {
        if (StorageFailure.Of(exception) is not { } failure)
        {
            return null;
        }

        if (exception is DbException || exception.InnerException is DbException)
        {
            _writesSuspect |= StorageFailure.ConcernsWriting(exception);
            _pagesSuspect |= StorageFailure.ConcernsPages(exception);
            Set(failure);
        }

        return failure;
    }

    /// <summary>Checks whether the database works: whether its file exists, is undamaged and can be written.</summary>
    /// <returns>The problem, or null.</returns>
    public async Task<Failure?> CheckAsync(CancellationToken cancellationToken)
    {
        // One probe at a time, regardless of the number of callers. SQLite works on the calling thread and may wait there.
        Task probe;
        lock (_gate)
        {
            probe = _probe = _probe.IsCompleted ? Task.Run(ProbeInTurnAsync, CancellationToken.None) : _probe;
        }

        await probe.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _problem;
    }

    /// <summary>The number of probes so far.</summary>
    internal int Probes { get; private set; }

    private async Task ProbeInTurnAsync()
    {
        var wait = MinimumInterval - Clock.GetElapsedTime(_probedAt);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, Clock).ConfigureAwait(false);
        }

        Probe();
    }

    private void Probe()
    {
        if (_file is null || !_isWatching)
        {
            return;
        }

        _probedAt = Clock.GetTimestamp();
        Probes++;
        try
        {
            CheckFile();
            using var connection = Open(SqliteOpenMode.ReadWrite);
            if (Query(connection, "SELECT count(*) FROM sqlite_schema WHERE name = '__EFMigrationsHistory'") is not 1L)
            {
                throw new SqliteException("no such table: __EFMigrationsHistory", 1);
            }

            CheckPages();
            CheckWriting(connection);
            if (!_pagesSuspect)
            {
                Set(null);
            }
        }
        catch (Exception e) when (Report(e) is not null)
        {
            // The problem has been recorded.
        }
    }

    private void CheckFile()
    {
        if (!File.Exists(_file))
        {
            // Close connections that still have the old file open.
            SqliteConnection.ClearAllPools();
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
        bool isDue = version != _checkedVersion || _pagesSuspect;
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

            _pagesSuspect = false;
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
        if (_writesSuspect)
        {
            Query(
                connection,
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"PRAGMA user_version = {Query(connection, "PRAGMA user_version", transaction)}"),
                transaction);
            transaction.Commit();
            _writesSuspect = false;
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

    private void Set(Failure? problem)
    {
        var before = _problem;
        _problem = problem;
        if (problem?.Message != before?.Message)
        {
            if (problem is not null)
            {
                DatabaseFailed(problem.Message);
            }
            else
            {
                DatabaseWorks();
            }
        }
    }

    InterceptionResult IDbConnectionInterceptor.ConnectionOpening(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        CheckThere();
        return result;
    }

    ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        CheckThere();
        return ValueTask.FromResult(result);
    }

    void IDbConnectionInterceptor.ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Opened(connection);

    Task IDbConnectionInterceptor.ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken)
    {
        Opened(connection);
        return Task.CompletedTask;
    }

    void IDbConnectionInterceptor.ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) =>
        Report(eventData.Exception);

    Task IDbConnectionInterceptor.ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken)
    {
        Report(eventData.Exception);
        return Task.CompletedTask;
    }

    void IDbCommandInterceptor.CommandFailed(DbCommand command, CommandErrorEventData eventData) => Report(eventData.Exception);

    Task IDbCommandInterceptor.CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken)
    {
        Report(eventData.Exception);
        return Task.CompletedTask;
    }

    void ISaveChangesInterceptor.SaveChangesFailed(DbContextErrorEventData eventData) => Report(eventData.Exception);

    Task ISaveChangesInterceptor.SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken)
    {
        Report(eventData.Exception);
        return Task.CompletedTask;
    }

    void IDbTransactionInterceptor.TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) =>
        Report(eventData.Exception);

    Task IDbTransactionInterceptor.TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken)
    {
        Report(eventData.Exception);
        return Task.CompletedTask;
    }

    private void CheckThere()
    {
        // Otherwise SQLite would create an empty database, or continue with a deleted file.
        if (_isWatching && _file is not null && !File.Exists(_file))
        {
            var missing = new SqliteException("The database's file is missing.", 14);
            Report(missing);
            throw missing;
        }
    }

    private void Opened(DbConnection connection)
    {
        if (_problem is not null && Clock.GetElapsedTime(_probedAt) > ProbeInterval)
        {
            _ = CheckAsync(CancellationToken.None);
        }

        if (connection is SqliteConnection sqlite)
        {
            int wait = WaitsLonger.Value ? int.MaxValue : _writesSuspect ? ShortLockWait : LockWait;
            sqlite.DefaultTimeout = Math.Min(_connection.DefaultTimeout, wait);
        }
    }

    [LoggerMessage(1511, LogLevel.Critical, "{Problem} Requests that need the database get status 503 until it works again")]
    private partial void DatabaseFailed(string problem);

    [LoggerMessage(1512, LogLevel.Information, "The database has recovered")]
    private partial void DatabaseWorks();

    private sealed class LongWait : IDisposable
    {
        public void Dispose() => WaitsLonger.Value = false;
    }
}
