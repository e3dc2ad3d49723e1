using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Limits how long a client waits for a document to less than its own timeout.</summary>
internal sealed class DocumentTimeout(MirrorOptions options, TimeProvider time, DatabaseHealth database)
{
    // A waiter outlasts the work it waits for a little, so that it learns how that ended.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(400);

    /// <param name="what">What is waited for, for the message.</param>
    public async Task<Outcome<T>> WaitAsync<T>(
        string what, Func<CancellationToken, Task<Outcome<T>>> find, CancellationToken cancellationToken)
        where T : notnull
    {
        using var deadline = new CancellationTokenSource(options.Upstream.Limits.DocumentDeadline + Slack, time);
        using var waiter = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await find(waiter.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return database.Problem
                ?? new Failure(FailureKind.TooSlow, $"The origin did not give {what} in time; it is still being asked.");
        }
        catch (Exception e) when (database.Report(e) is { } failure)
        {
            return failure;
        }
    }
}
