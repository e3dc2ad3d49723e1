using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>What becomes of two who change the same at once: the database lets one through, and the other looks again.</summary>
public static class ConcurrentChanges
{
    private const int Attempts = 4;

    // https://www.sqlite.org/rescode.html
    private const int ConstraintForeignKey = 787;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintTrigger = 1811;
    private const int ConstraintUnique = 2067;

    /// <summary>
    /// Runs a unit of work again in a fresh context where another one inserted, changed or deleted the same row first: the next
    /// try finds what that one did, and is answered by it.
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
            catch (DbUpdateException e) when (attempt < Attempts && Caused(e))
            {
                // A unique index refused our insert, or the row is gone.
            }
        }
    }

    internal static Task RetryAsync(this IDbContextFactory<MirrorDbContext> databases, Func<MirrorDbContext, Task> work) =>
        databases.RetryAsync(async db =>
    {
        await work(db).ConfigureAwait(false);
        return true;
    });

    /// <summary>Whether a change was refused for what somebody else did at the same time, and nothing is broken.</summary>
    public static bool Caused(Exception exception) => exception is DbUpdateConcurrencyException
        || exception is DbUpdateException
        && exception.InnerException is SqliteException { SqliteExtendedErrorCode: ConstraintForeignKey or ConstraintPrimaryKey or ConstraintTrigger or ConstraintUnique };
}
