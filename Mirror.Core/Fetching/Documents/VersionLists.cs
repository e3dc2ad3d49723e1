using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>An origin's version list as a request may use it.</summary>
/// <param name="List">Null: only what is stored counts.</param>
/// <param name="FreshUntil">When the decision is due again.</param>
public sealed record KnownVersions(CachedVersionList? List, DateTimeOffset FreshUntil)
{
    /// <summary>Why the origin's newest list is not among it, where the origin was asked last and failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The origin is being asked for a newer list, which this answer does not wait for; null: it is not.</summary>
    public Task<Outcome<CachedVersionList>>? Refresh { get; init; }

    /// <summary>Why a version is not had that the list lacks and of which nothing is stored: an origin that fails may have it.</summary>
    public Failure WhyMissing(ProviderAddress provider, ProviderVersion version) => Failure is { IsOutage: true } failure
        ? failure
        : new Failure(FailureKind.NotFound, $"{provider} has no version {version}: the origin does not list it, and nothing of it is cached.");
}

public sealed record CachedVersionList(OriginVersionList Versions, string? ETag, Moment Fetched)
{
    /// <summary>The refresh that it was fetched for: it is an answer after it, also at the same instant.</summary>
    public DateTimeOffset Refresh { get; init; }
}

/// <summary>
/// The version lists of origins: kept in memory and in the database, asked for as <see cref="FreshnessPolicy"/> decides,
/// once for all who wait.
/// </summary>
public sealed class VersionLists(
    Origins origins,
    IOriginCredentials credentials,
    IDbContextFactory<MirrorDbContext> databases,
    VersionListMemory memory,
    DocumentRefresh refresh,
    CatalogChanges changes,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<VersionLists> logger)
{
    // Bytes; no honest provider has one.
    private const int LargeList = 1 << 20;

    private static readonly VersionListState Unknown = new(null, Moment.Never, null);

    private readonly SingleFlight<VersionListKey, Outcome<CachedVersionList>> _flights = new(lifetime.Stopping);

    /// <param name="stored">At least one package of it is stored.</param>
    /// <param name="wanted">A version that the caller needs: a list without it is asked for again, within reason.</param>
    public async Task<Outcome<KnownVersions>> GetAsync(MirrorScope scope, ISourceAddress source, bool stored, ProviderVersion? wanted, CancellationToken waiter)
    {
        var credential = await credentials.FindAsync(scope, source.Hostname, waiter).ConfigureAwait(false);
        var key = new VersionListKey(source, credential.Identity);
        var since = await refresh.SinceAsync(scope, source, waiter).ConfigureAwait(false);
        var state = await FindAsync(key, since, waiter).ConfigureAwait(false);
        var mode = options.Upstream.ModeFor(source.Hostname);
        var now = time.GetUtcNow();
        var soon = now + options.Upstream.Limits.UnknownVersionInterval;
        bool mayAsk = scope.AutomaticCaching && options.Upstream.IsAllowed(source.Hostname);
        bool askedLately = state.Asked.IsWithin(options.Upstream.Limits.UnknownVersionInterval, time);
        var decision = FreshnessPolicy.Decide(mode, mayAsk, Judge(state), stored);
        if (decision is FreshnessDecision.Serve or FreshnessDecision.ServeAndRefresh && wanted is not null
            && !state.List!.Versions.Contains(wanted) && !askedLately)
        {
            decision = FreshnessDecision.Ask;
        }

        switch (decision)
        {
            case FreshnessDecision.Serve:
                return new KnownVersions(state.List, FreshUntil(state.List!)) { Failure = state.LastFailure };
            case FreshnessDecision.ServeAndRefresh:
                return new KnownVersions(state.List, soon) { Failure = state.LastFailure, Refresh = RefreshBehind() };
            case FreshnessDecision.ServeStored:
                return mayAsk ? new KnownVersions(null, soon) { Failure = state.LastFailure } : new KnownVersions(null, DateTimeOffset.MaxValue);
            case FreshnessDecision.ServeStoredAndRefresh:
                return new KnownVersions(null, soon) { Failure = state.LastFailure, Refresh = RefreshBehind() };
            case FreshnessDecision.NotFound:
                return NotFound(source, mode, mayAsk, scope);
            default:
                break;
        }

        var asked = await Start(key, state, since, credential, scope).WaitAsync(waiter).ConfigureAwait(false);
        if (asked.TryGet(out var list))
        {
            return new KnownVersions(list, FreshUntil(list));
        }

        switch (FreshnessPolicy.AfterFailure(mode, asked.Failure.Kind == FailureKind.NotFound, state.List is not null, stored))
        {
            case FailureDecision.ServeStale:
                logger.ServingStale($"the versions of {source}", asked.Failure.Message);
                return new KnownVersions(state.List, soon) { Failure = asked.Failure };
            case FailureDecision.ServeStored:
                logger.ServingStale($"the versions of {source}", asked.Failure.Message);
                return new KnownVersions(null, soon) { Failure = asked.Failure };
            default:
                return asked.Failure;
        }

        // While the origin fails, every request would ask it behind; once in a while is enough.
        Task<Outcome<CachedVersionList>>? RefreshBehind() => askedLately ? null : Start(key, state, since, credential, scope);
    }

    /// <summary>When a version appeared in the cached list; null where it was there from the first, or no list is cached.</summary>
    public async ValueTask<DateTimeOffset?> FirstSeenAsync(MirrorScope scope, ISourceAddress source, ProviderVersion version, CancellationToken cancellationToken)
    {
        var credential = await credentials.FindAsync(scope, source.Hostname, cancellationToken).ConfigureAwait(false);
        var state = await memory.GetAsync(new VersionListKey(source, credential.Identity), LoadAsync, cancellationToken).ConfigureAwait(false);
        return state.List?.Versions.FirstSeen(version);
    }

    /// <summary>The origin's last list, also where a refresh has dropped it since; the origin is not asked.</summary>
    internal async ValueTask<CachedVersionList?> RecallAsync(MirrorScope scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        return (await memory.GetAsync(new VersionListKey(provider, credential.Identity), LoadAsync, cancellationToken).ConfigureAwait(false)).List;
    }

    /// <summary>What is known of an origin's list; the origin is not asked.</summary>
    public async ValueTask<VersionListState> PeekAsync(MirrorScope scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        var since = await refresh.SinceAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        return await FindAsync(new VersionListKey(provider, credential.Identity), since, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the origin whatever is cached, unless it answered a moment ago. Whether it may be asked is the caller's to know.</summary>
    public async Task<(VersionListState State, bool Asked)> CheckAsync(MirrorScope scope, ProviderAddress provider, CancellationToken waiter)
    {
        var credential = await credentials.FindAsync(scope, provider.Hostname, waiter).ConfigureAwait(false);
        var key = new VersionListKey(provider, credential.Identity);
        var since = await refresh.SinceAsync(scope, provider, waiter).ConfigureAwait(false);
        var state = await FindAsync(key, since, waiter).ConfigureAwait(false);
        if (state.Asked.IsWithin(options.Upstream.Limits.UnknownVersionInterval, time))
        {
            return (state, false);
        }

        await Start(key, state, since, credential, scope).WaitAsync(waiter).ConfigureAwait(false);
        return (await FindAsync(key, since, waiter).ConfigureAwait(false), true);
    }

    /// <summary>Forgets what a credential fetched that nobody will use again.</summary>
    public async Task ForgetAsync(CredentialIdentity credential, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        string suffix = $" {credential}";
        await db.OriginDocuments.Where(row => row.Key.EndsWith(suffix)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        memory.Forget(credential);
    }

    private async ValueTask<VersionListState> FindAsync(VersionListKey key, DateTimeOffset since, CancellationToken cancellationToken) =>
        (await memory.GetAsync(key, LoadAsync, cancellationToken).ConfigureAwait(false)).Since(since, time.GetUtcNow());

    private Failure NotFound(ISourceAddress source, UpstreamMode mode, bool mayAsk, MirrorScope scope)
    {
        string reason = (mode, mayAsk) switch
        {
            _ when !options.Upstream.IsAllowed(source.Hostname) => $"nothing of it is cached, and {source.Hostname} is not among the hosts that may be asked (Mirror:Upstream:AllowedHosts)",
            _ when !scope.AutomaticCaching => $"nothing of it is cached, and automatic provider caching is off for '{scope.Path}'",
            (UpstreamMode.Offline, _) => "nothing of it is cached, and the mirror is offline (Mirror:Upstream:Mode)",
            _ => $"{source.Hostname} does not have it",
        };
        return new Failure(FailureKind.NotFound, $"There is no {source.Noun} {source}: {reason}.");
    }

    private DateTimeOffset FreshUntil(CachedVersionList list) => time.GetUtcNow() + options.Upstream.VersionsTtl - list.Fetched.Age(time);

    private CachedState Judge(VersionListState state)
    {
        if (state.List is { } list)
        {
            return list.Fetched.IsWithin(options.Upstream.VersionsTtl, time) ? CachedState.Fresh : CachedState.Stale;
        }

        bool recent = state.Asked.IsWithin(options.Upstream.NegativeTtl, time);
        return state.LastFailure switch
        {
            { Kind: FailureKind.NotFound } when recent => CachedState.Missing,
            { } when recent => CachedState.Failed,
            _ => CachedState.Nothing,
        };
    }

    private Task<Outcome<CachedVersionList>> Start(VersionListKey key, VersionListState seen, DateTimeOffset since, OriginCredential credential, MirrorScope scope) =>
        _flights.Start(key, stopping => AskAsync(key, seen, since, credential, scope, stopping));

    /// <param name="seen">What the caller decided by.</param>
    private async Task<Outcome<CachedVersionList>> AskAsync(VersionListKey key, VersionListState seen, DateTimeOffset since, OriginCredential credential, MirrorScope scope, CancellationToken stopping)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, stopping);
        var before = await memory.GetAsync(key, LoadAsync, stopping).ConfigureAwait(false);
        if (before.Answers > seen.Answers)
        {
            // The origin answered somebody else after the caller looked: that is the answer to its question, too.
            return before.LastFailure is { } failed ? failed : before.List!;
        }

        // Where the list was to be forgotten, "not modified" is no answer.
        string? etag = seen.List is null ? null : before.List?.ETag;
        var answer = await origins.GetVersionsAsync(key.Source, credential, etag, deadline).ConfigureAwait(false);
        var now = Moment.Now(time);
        if (!answer.TryGet(out var found))
        {
            // What was fetched before stays: stale is better than nothing, and a wrong "not found" must not empty the cache.
            memory.Set(key, before with { Asked = now, LastFailure = answer.Failure, Answers = before.Answers + 1, Refresh = since });
            return answer.Failure;
        }

        var versions = found.List ?? before.List!.Versions;
        versions.NoteNew(before.List?.Versions, now.At);
        var list = new CachedVersionList(versions, found.ETag, now) { Refresh = since };
        try
        {
            await SaveAsync(key, list, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            // Such as a full disk: those who wait have their answer all the same, until the next start.
            logger.DocumentNotWrittenDown($"the versions of {key.Source}", e);
        }

        memory.Set(key, new VersionListState(list, now, null) { Answers = before.Answers + 1, Refresh = since });
        if (found.List is not null)
        {
            changes.Publish(new CatalogChange(scope.RootGroupId, key.Source) { LeavesPackages = true });
        }

        return list;
    }

    private async Task<VersionListState> LoadAsync(VersionListKey key, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = db.OriginDocuments.AsNoTracking().Where(row => row.Key == key.Stored);
        var found = await rows.Select(row => new { row.ETag, row.FetchedAt, Body = row.Body.Length <= LargeList ? row.Body : null }).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return found switch
        {
            null => Unknown,
            { Body: { } body } => Restore(body, found.ETag, found.FetchedAt),
            _ => await memory.LoadLargeAsync(
                key,
                async () => await rows.SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? Restore(row.Body, row.ETag, row.FetchedAt) : Unknown,
                cancellationToken).ConfigureAwait(false),
        };
    }

    private VersionListState Restore(byte[] body, string? etag, DateTimeOffset fetchedAt)
    {
        var fetched = Moment.Stored(fetchedAt, time);
        return OriginVersionList.FromStored(body) is { } versions ? new VersionListState(new CachedVersionList(versions, etag, fetched), fetched, null) : Unknown;
    }

    private Task SaveAsync(VersionListKey key, CachedVersionList list, CancellationToken cancellationToken) => databases.RetryAsync(async db =>
    {
        // Without reading the list that is there: it may be large. Another replica may write the same down at the same time.
        byte[] body = list.Versions.Bytes;
        if (await db.OriginDocuments.AnyAsync(row => row.Key == key.Stored, cancellationToken).ConfigureAwait(false))
        {
            await db.OriginDocuments.Where(row => row.Key == key.Stored).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Body, body).SetProperty(row => row.ETag, list.ETag).SetProperty(row => row.FetchedAt, list.Fetched.At),
                cancellationToken).ConfigureAwait(false);
        }
        else
        {
            db.OriginDocuments.Add(new OriginDocumentRow { Key = key.Stored, Body = body, ETag = list.ETag, FetchedAt = list.Fetched.At });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    });
}
