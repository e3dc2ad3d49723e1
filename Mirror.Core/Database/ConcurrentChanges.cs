using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Mirror.Core.Database;

/// <summary>Handles concurrent changes of the same rows: the database accepts one, and the other one is retried.</summary>
public static class ConcurrentChanges
{
    private const int Attempts = 4;

    // https://www.sqlite.org/rescode.html
    private const int ConstraintForeignKey = 787;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintTrigger = 1811;
    private const int ConstraintUnique = 2067;

    /// <summary>
    /// Runs a unit of work again with a new context if another one inserted, changed or deleted the same row first, so that the next
    /// attempt sees that change.
    /// </summary>
    internal static async Task<T> RetryAsync<T>(this IDbContextFactory<MirrorDbContext> databases, Func<MirrorDbContext, Task<T>> work)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using var db = databases.CreateDbContext();
                return await work(db).ConfigureAwait(false);
            }
            catch (Exception e) when (attempt < Attempts && Caused(e))
            {
                // A unique index rejected the insert, or the row was deleted.
            }
        }
    }

    internal static Task RetryAsync(this IDbContextFactory<MirrorDbContext> databases, Func<MirrorDbContext, Task> work) =>
        databases.RetryAsync(async db =>
    {
        await work(db).ConfigureAwait(false);
        return true;
    });

    /// <summary>Whether an exception was caused by a concurrent change, and not by a fault.</summary>
    public static bool Caused(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => true,
        DbUpdateException { InnerException: SqliteException inner } =>
            inner.SqliteExtendedErrorCode is ConstraintForeignKey or ConstraintPrimaryKey or ConstraintTrigger or ConstraintUnique,
        DbUpdateException { InnerException: { } inner } => Caused(inner),
        // EF Core wraps what a retry may solve.
        InvalidOperationException { InnerException: { } inner } => Caused(inner),
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        _ => false,
    };
}
