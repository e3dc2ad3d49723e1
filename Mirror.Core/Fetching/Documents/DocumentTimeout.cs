using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Limits how long a client waits for a document to less than the client's own timeout.</summary>
internal sealed class DocumentTimeout(MirrorOptions options, TimeProvider time, DatabaseHealth database)
{
    // Callers wait slightly longer than the work may take, so that they get its result.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(400);

    /// <param name="what">The document, for the message.</param>
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
                ?? new Failure(FailureKind.TooSlow, $"The origin did not respond in time for {what}; the request continues in the background.");
        }
        catch (Exception e) when (database.Report(e) is { } failure)
        {
            return failure;
        }
    }
}
