using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A query to an origin: the namespace, the subject and the credential.</summary>
public abstract record OriginQuestion(ResolvedNamespace Scope, ISourceAddress Source, OriginCredential Credential)
{
    /// <summary>Queries with equal keys share one response, for which the origin is queried once.</summary>
    internal abstract object Key { get; }

    /// <summary>The key of its failures, which more queries may share than the response.</summary>
    internal virtual object FailureKey => Key;
}

/// <summary>A cached response of an origin.</summary>
/// <param name="ETag">Null if the origin sent none.</param>
public sealed record CachedDocument<T>(T Value, string? ETag, Moment Fetched)
    where T : class
{
    /// <summary>The refresh that it was fetched for: it is valid after that refresh, even if fetched at the same instant.</summary>
    public DateTimeOffset Refresh { get; init; }

    /// <summary>It never becomes stale, and refreshes do not invalidate it.</summary>
    public bool IsPermanent { get; init; }
}

/// <summary>The cached state of an origin's document.</summary>
/// <param name="Document">Null if there is no valid document.</param>
/// <param name="Failed">The failure of the last query, if it failed.</param>
public sealed record OriginDocumentState<T>(CachedDocument<T>? Document, RecentFailure? Failed)
    where T : class
{
    /// <summary>A document that a refresh has invalidated.</summary>
    public CachedDocument<T>? Superseded { get; init; }

    /// <summary>When the origin was last queried, with any result.</summary>
    public Moment Asked => Failed?.At ?? Document?.Fetched ?? Moment.Never;

    public Failure? LastFailure => Failed?.Failure;

    /// <summary>The part of the state that is still valid after a refresh.</summary>
    /// <param name="since">The time of the refresh; default if there was none.</param>
    public OriginDocumentState<T> Since(DateTimeOffset since, DateTimeOffset now)
    {
        bool listed = Document is null or { IsPermanent: true }
            || Document.Refresh == since
            || DocumentRefresh.IsAfter(since, Document.Fetched.At, now);
        bool asked = Failed is null || Failed.IsAfter(since, now);
        return listed && asked
            ? this
            : new OriginDocumentState<T>(listed ? Document : null, asked ? Failed : null) { Superseded = listed ? null : Document };
    }
}

/// <summary>An origin's document as a request may use it.</summary>
/// <param name="Document">Null if only stored packages may be used.</param>
/// <param name="FreshUntil">When freshness has to be decided again.</param>
public sealed record OriginAnswer<T>(CachedDocument<T>? Document, DateTimeOffset FreshUntil)
    where T : class
{
    /// <summary>Why <see cref="Document"/> is not current, if the last query to the origin failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The query for a newer document that is in progress, which this response does not wait for; null if there is none.</summary>
    public Task<Outcome<CachedDocument<T>>>? Refresh { get; init; }
}
