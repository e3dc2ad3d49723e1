using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Fetching;

/// <summary>The database of a server, with an interceptor of the test.</summary>
internal static class InterceptedDatabase
{
    public static IDbContextFactory<MirrorDbContext> Over(MirrorOptions options, params IInterceptor[] interceptors) =>
        DatabaseEngine.Of(options).CreateFactory(interceptors);
}

/// <summary>Holds a query that reads a table, after the database has returned its result.</summary>
internal sealed class PausedQuery(string table) : DbCommandInterceptor, IDisposable
{
    private int _left = -1;

    public Gate Gate { get; } = new();

    /// <param name="after">The number of such queries that are not held before.</param>
    public void Arm(int after = 0) => Volatile.Write(ref _left, after);

    public void Dispose() => Gate.Open();

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith("SELECT", StringComparison.Ordinal)
            && command.CommandText.Contains($"\"{table}\"", StringComparison.Ordinal)
            && Volatile.Read(ref _left) >= 0 && Interlocked.Decrement(ref _left) == -1)
        {
            await Gate.PassThroughAsync(cancellationToken);
        }

        return result;
    }
}

/// <summary>Makes statements fail, as if the database were locked or its disk were full.</summary>
/// <param name="matches">Selects statements by their text.</param>
internal sealed class RefusedStatements(Func<string, bool> matches) : DbCommandInterceptor
{
    private readonly Lock _gate = new();
    private int _passing;
    private int _left;

    /// <summary>The number of failed statements.</summary>
    public int Count { get; private set; }

    /// <param name="after">The number of such statements that succeed before.</param>
    public void Arm(int times = 1, int after = 0) => (_left, _passing) = (times, after);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Check(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Check(command);
        return ValueTask.FromResult(result);
    }

    private void Check(DbCommand command)
    {
        lock (_gate)
        {
            if (_left > 0 && matches(command.CommandText) && --_passing < 0)
            {
                _left--;
                Count++;
                throw new SqliteException("SQLite Error 5: 'database is locked'.", 5);
            }
        }
    }
}

/// <summary>Counts the statements that the server executes.</summary>
/// <param name="counts">Whether to count the current statement; null: counts all.</param>
internal sealed class CountedStatements(Func<bool>? counts = null) : DbCommandInterceptor
{
    private readonly ConcurrentQueue<string> _texts = new();

    public int Count => _texts.Count;

    /// <summary>The statements in the order of their execution.</summary>
    public IReadOnlyCollection<string> Texts => _texts;

    public void Clear() => _texts.Clear();

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Add(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Add(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Add(command);
        return ValueTask.FromResult(result);
    }

    private void Add(DbCommand command)
    {
        if (counts?.Invoke() != false)
        {
            _texts.Enqueue(command.CommandText);
        }
    }
}
