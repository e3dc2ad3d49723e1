using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>Monitors whether the database works, from the errors of its use and from a probe for faults that its use does not reveal.</summary>
public abstract partial class DatabaseHealth(ILogger? logger)
    : IDbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor, ISaveChangesInterceptor
{
    private static readonly AsyncLocal<bool> WaitsLonger = new();

    /// <summary>
    /// A probe can take the write lock: the interval leaves time for writers, even if unauthenticated clients request probes constantly.
    /// </summary>
    internal static readonly TimeSpan MinimumInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a failed database is probed because of requests that need it.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _gate = new();
    private Task _probe = Task.CompletedTask;
    private volatile Failure? _problem;
    private volatile bool _writesSuspect;
    private volatile bool _pagesSuspect;
    private volatile bool _isWatching;
    private long _probedAt = TimeProvider.System.GetTimestamp();

    /// <summary>Why the database does not work; null if it works, as far as is known.</summary>
    public Failure? Problem => _problem;

    /// <summary>The number of probes so far.</summary>
    internal int Probes { get; private set; }

    /// <summary>The clock for measuring disks and other processes: always the system's.</summary>
    protected static TimeProvider Clock => TimeProvider.System;

    /// <summary>Whether a write failed in a way that later writes may, too; the probe tries one and clears it.</summary>
    protected bool WritesSuspect
    {
        get => _writesSuspect;
        set => _writesSuspect = value;
    }

    /// <summary>Whether a query found a damaged page; the probe clears it.</summary>
    protected bool PagesSuspect
    {
        get => _pagesSuspect;
        set => _pagesSuspect = value;
    }

    protected bool IsWatching => _isWatching;

    /// <summary>
    /// Until the result is disposed, statements wait for a lock as long as the connection string says, for changes that must not be lost,
    /// such as the row of a downloaded package.
    /// </summary>
    internal static IDisposable WaitLonger()
    {
        WaitsLonger.Value = true;
        return new LongWait();
    }

    /// <summary>Starts monitoring the database, which exists from now on.</summary>
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

    /// <summary>Checks whether the database works: whether it can be read and written.</summary>
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

    /// <summary>Looks for faults. Runs on its own thread; one at a time.</summary>
    /// <exception cref="DbException">The database does not work.</exception>
    /// <exception cref="IOException">The database does not work.</exception>
    protected abstract void Probe();

    /// <summary>Called before a connection opens.</summary>
    protected virtual void Opening()
    {
    }

    /// <summary>Called when a connection is open.</summary>
    /// <param name="waitsLonger">See <see cref="WaitLonger"/>.</param>
    protected virtual void Opened(DbConnection connection, bool waitsLonger)
    {
    }

    private async Task ProbeInTurnAsync()
    {
        var wait = MinimumInterval - Clock.GetElapsedTime(_probedAt);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, Clock).ConfigureAwait(false);
        }

        if (!_isWatching)
        {
            return;
        }

        _probedAt = Clock.GetTimestamp();
        Probes++;
        try
        {
            Probe();
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
        Opening();
        return result;
    }

    ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        Opening();
        return ValueTask.FromResult(result);
    }

    void IDbConnectionInterceptor.ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => HasOpened(connection);

    Task IDbConnectionInterceptor.ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken)
    {
        HasOpened(connection);
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

    private void HasOpened(DbConnection connection)
    {
        if (_problem is not null && Clock.GetElapsedTime(_probedAt) > ProbeInterval)
        {
            _ = CheckAsync(CancellationToken.None);
        }

        Opened(connection, WaitsLonger.Value);
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
