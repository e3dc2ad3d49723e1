using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Caches one kind of origin document: queries the origin as <see cref="FreshnessPolicy"/> decides, once for all waiting callers, and
/// serves stale documents if the origin fails. Derived classes define how a document is fetched and stored.
/// </summary>
public abstract class OriginDocumentCache<TQuestion, T>(
    DocumentRefresh refresh, MirrorOptions options, TimeProvider time, ServerLifetime lifetime, ILogger logger)
    where TQuestion : OriginQuestion
    where T : class
{
    private readonly SingleFlight<object, Outcome<CachedDocument<T>>> _flights = new(lifetime.Stopping);
    private readonly NegativeCache<object> _failures = new(time);

    protected DocumentRefresh Refresh => refresh;

    protected MirrorOptions Options => options;

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    private TimeSpan AskAgainAfter => options.Upstream.Limits.UnknownVersionInterval;

    /// <summary>The cached state of the document; does not query the origin.</summary>
    internal async ValueTask<OriginDocumentState<T>> FindStateAsync(TQuestion question, CancellationToken cancellationToken) =>
        await FindAsync(
            question,
            await refresh.SinceAsync(question.Scope, question.Source, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Queries the origin even if a document is cached, unless it was queried just before. The caller decides whether it may be queried.
    /// </summary>
    internal async Task<(OriginDocumentState<T> State, bool Asked)> CheckAsync(TQuestion question, CancellationToken waiter)
    {
        long ended = _flights.Ended;
        var since = await refresh.SinceAsync(question.Scope, question.Source, waiter).ConfigureAwait(false);
        var seen = await FindAsync(question, since, waiter).ConfigureAwait(false);
        if (seen.Asked.IsWithin(AskAgainAfter, time))
        {
            return (seen, false);
        }

        await Start(question, seen, since, ended).WaitAsync(waiter).ConfigureAwait(false);
        return (await FindAsync(question, since, waiter).ConfigureAwait(false), true);
    }

    /// <summary>The origin's recent failure for this query, or null.</summary>
    internal async ValueTask<Failure?> FindFailureAsync(TQuestion question, CancellationToken cancellationToken) =>
        _failures.Find(
            question.FailureKey,
            options.Upstream.NegativeTtl,
            await refresh.SinceAsync(question.Scope, question.Source, cancellationToken).ConfigureAwait(false));

    /// <param name="mayAsk">Automatic caching is on for the namespace and the host is allowed.</param>
    /// <param name="stored">Stored packages can be served without the document; null if only the document itself can be served.</param>
    /// <param name="suffices">
    /// False for a document that lacks what the caller needs: the origin is queried again, at a limited rate.
    /// </param>
    protected async Task<Outcome<OriginAnswer<T>>> AnswerAsync(
        TQuestion question, bool mayAsk, bool? stored, Func<T, bool>? suffices, CancellationToken waiter)
    {
        long ended = _flights.Ended;
        var since = await refresh.SinceAsync(question.Scope, question.Source, waiter).ConfigureAwait(false);
        var seen = await FindAsync(question, since, waiter).ConfigureAwait(false);
        var mode = options.Upstream.ModeFor(question.Source.Hostname);
        var soon = time.GetUtcNow() + AskAgainAfter;
        bool wasAskedRecently = seen.Asked.IsWithin(AskAgainAfter, time);
        var (hasStored, storedOnly) = stored is { } known ? (known, null) : (seen.Document is not null, seen.Document);
        var decision = FreshnessPolicy.Decide(mode, mayAsk, Judge(seen), hasStored);
        if (decision is FreshnessDecision.Serve or FreshnessDecision.ServeAndRefresh
            && suffices?.Invoke(seen.Document!.Value) == false
            && !wasAskedRecently)
        {
            decision = FreshnessDecision.Ask;
        }

        switch (decision)
        {
            case FreshnessDecision.Serve:
                return new OriginAnswer<T>(seen.Document, FreshUntil(seen.Document!)) { Failure = seen.LastFailure };
            case FreshnessDecision.ServeAndRefresh:
                return new OriginAnswer<T>(seen.Document, soon) { Failure = seen.LastFailure, Refresh = RefreshBehind() };
            case FreshnessDecision.ServeStored:
                return mayAsk
                    ? new OriginAnswer<T>(storedOnly, soon) { Failure = seen.LastFailure }
                    : new OriginAnswer<T>(storedOnly, DateTimeOffset.MaxValue);
            case FreshnessDecision.ServeStoredAndRefresh:
                return new OriginAnswer<T>(storedOnly, soon) { Failure = seen.LastFailure, Refresh = RefreshBehind() };
            case FreshnessDecision.NotFound:
                return DescribeMissing(question, seen.LastFailure, mode, mayAsk);
            default:
                break;
        }

        var asked = await Start(question, seen, since, ended).WaitAsync(waiter).ConfigureAwait(false);
        if (asked.TryGet(out var document))
        {
            return new OriginAnswer<T>(document, FreshUntil(document));
        }

        switch (FreshnessPolicy.AfterFailure(mode, asked.Failure.Kind == FailureKind.NotFound, seen.Document is not null, hasStored))
        {
            case FailureDecision.ServeStale:
                logger.ServingStale(question.ToString(), asked.Failure.Message);
                return new OriginAnswer<T>(seen.Document, soon) { Failure = asked.Failure };
            case FailureDecision.ServeStored:
                logger.ServingStale(question.ToString(), asked.Failure.Message);
                return new OriginAnswer<T>(storedOnly, soon) { Failure = asked.Failure };
            default:
                return asked.Failure;
        }

        // While the origin fails, every request would query it in the background; once per interval is enough.
        Task<Outcome<CachedDocument<T>>>? RefreshBehind() => wasAskedRecently ? null : Start(question, seen, since, ended);
    }

    /// <summary>Loads the stored document, or null.</summary>
    protected abstract ValueTask<CachedDocument<T>?> LoadAsync(TQuestion question, CancellationToken cancellationToken);

    /// <summary>Queries the origin.</summary>
    /// <param name="before">The known state, including a document invalidated by a refresh.</param>
    protected abstract Task<Outcome<CachedDocument<T>>> FetchAsync(TQuestion question, OriginDocumentState<T> before, Deadline deadline);

    /// <summary>Stores the origin's document.</summary>
    /// <param name="before">The known state.</param>
    /// <exception cref="DbException">
    /// The document could not be written, for example on a full disk. Callers still get their response.
    /// </exception>
    protected abstract Task SaveAsync(
        TQuestion question, CachedDocument<T> document, OriginDocumentState<T> before, CancellationToken cancellationToken);

    /// <summary>The failure to report if there is no document and the origin is not queried.</summary>
    /// <param name="failure">The failure of the last query.</param>
    protected abstract Failure DescribeMissing(TQuestion question, Failure? failure, UpstreamMode mode, bool mayAsk);

    /// <summary>Why the origin is currently not queried, other than its last response; or null.</summary>
    protected virtual ValueTask<Failure?> FindRefusalAsync(TQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Failure?>(null);

    /// <summary>Records that the origin gave no document.</summary>
    /// <param name="since">The refresh that the query followed.</param>
    protected virtual Task RecordFailureAsync(TQuestion question, Failure failure, DateTimeOffset since, CancellationToken cancellationToken)
    {
        _failures.Add(question.FailureKey, failure, since);
        return Task.CompletedTask;
    }

    protected virtual CachedState Judge(OriginDocumentState<T> state)
    {
        if (state.Document is { } document)
        {
            return document.IsPermanent || document.Fetched.IsWithin(options.Upstream.VersionsTtl, time)
                ? CachedState.Fresh
                : CachedState.Stale;
        }

        return RecentFailure(state) is not { } failure
            ? CachedState.Nothing
            : failure.Kind == FailureKind.NotFound ? CachedState.Missing
            : CachedState.Failed;
    }

    /// <returns>The last failure, if it is within the negative TTL.</returns>
    protected Failure? RecentFailure(OriginDocumentState<T> state) =>
        state.Failed is { } failed && failed.At.IsWithin(options.Upstream.NegativeTtl, time) ? failed.Failure : null;

    /// <summary>Writes to the database, or logs why that failed: a full disk must not prevent a response.</summary>
    protected async Task WriteAsync(TQuestion question, Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            logger.DocumentNotWrittenDown(question.ToString(), e);
        }
    }

    private async ValueTask<OriginDocumentState<T>> FindAsync(TQuestion question, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var document = await LoadAsync(question, cancellationToken).ConfigureAwait(false);
        return new OriginDocumentState<T>(document, _failures.Find(question.FailureKey)).Since(since, time.GetUtcNow());
    }

    private DateTimeOffset FreshUntil(CachedDocument<T> document) =>
        time.GetUtcNow() + options.Upstream.VersionsTtl - document.Fetched.Age(time);

    private Task<Outcome<CachedDocument<T>>> Start(TQuestion question, OriginDocumentState<T> seen, DateTimeOffset since, long ended) =>
        _flights.Start(question.Key, stopping => AskAsync(question, seen, since, ended, stopping));

    /// <param name="seen">The state that the caller's decision was based on.</param>
    /// <param name="ended">The number of queries that had ended when the state was read.</param>
    private async Task<Outcome<CachedDocument<T>>> AskAsync(
        TQuestion question, OriginDocumentState<T> seen, DateTimeOffset since, long ended, CancellationToken stopping)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, stopping);
        var before = seen;
        if (_flights.Ended != ended)
        {
            // The origin may have responded to another caller since this one looked: use that response.
            before = await FindAsync(question, since, stopping).ConfigureAwait(false);
            if (before.Failed is { } failed && failed != seen.Failed)
            {
                return failed.Failure;
            }

            if (before.Document is { } newer && newer.Fetched.At != seen.Document?.Fetched.At)
            {
                return newer;
            }
        }

        if (await FindRefusalAsync(question, stopping).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var answer = await FetchAsync(question, before, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var fetched))
        {
            // Keep the earlier document: stale is better than nothing, and a wrong "not found" must not empty the cache.
            await RecordFailureAsync(question, answer.Failure, since, stopping).ConfigureAwait(false);
            return answer.Failure;
        }

        var document = fetched with { Refresh = since };
        _failures.Remove(question.FailureKey);
        await WriteAsync(question, () => SaveAsync(question, document, before, stopping)).ConfigureAwait(false);
        return document;
    }
}
