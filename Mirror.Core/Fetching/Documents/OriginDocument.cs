using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A question to an origin: for which namespace, about what, and with which credential.</summary>
public abstract record OriginQuestion(ResolvedNamespace Scope, ISourceAddress Source, OriginCredential Credential)
{
    /// <summary>Questions with equal keys have one answer, for which the origin is asked once.</summary>
    internal abstract object Key { get; }

    /// <summary>The key of its failures, which may be common to more questions than the answer is.</summary>
    internal virtual object FailureKey => Key;
}

/// <summary>An origin's answer as it is kept.</summary>
/// <param name="ETag">Null where the origin gave none.</param>
public sealed record CachedDocument<T>(T Value, string? ETag, Moment Fetched)
    where T : class
{
    /// <summary>The refresh that it was fetched for: it is an answer after it, also at the same instant.</summary>
    public DateTimeOffset Refresh { get; init; }

    /// <summary>It never becomes stale, and no refresh supersedes it.</summary>
    public bool IsPermanent { get; init; }
}

/// <summary>What is known of an origin's document.</summary>
/// <param name="Document">Null: nothing that is an answer.</param>
/// <param name="Failed">What came of the last question, if not a document.</param>
public sealed record OriginDocumentState<T>(CachedDocument<T>? Document, RecentFailure? Failed)
    where T : class
{
    /// <summary>A document that a refresh has made no answer.</summary>
    public CachedDocument<T>? Superseded { get; init; }

    /// <summary>When the origin was last asked, whatever it answered.</summary>
    public Moment Asked => Failed?.At ?? Document?.Fetched ?? Moment.Never;

    public Failure? LastFailure => Failed?.Failure;

    /// <summary>What of it is still an answer after a refresh.</summary>
    /// <param name="since">When that was; default: there was none.</param>
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
/// <param name="Document">Null: only what is stored counts.</param>
/// <param name="FreshUntil">When the decision is due again.</param>
public sealed record OriginAnswer<T>(CachedDocument<T>? Document, DateTimeOffset FreshUntil)
    where T : class
{
    /// <summary>Why <see cref="Document"/> is not the origin's newest, where the origin was asked last and failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The origin is being asked for a newer document, which this answer does not wait for; null: it is not.</summary>
    public Task<Outcome<CachedDocument<T>>>? Refresh { get; init; }
}
