using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A version list is the origin's answer to one credential.</summary>
public sealed record VersionListKey(ISourceAddress Source, CredentialIdentity Credential)
{
    internal string Stored => $"versions {Source} {Credential}";
}

/// <param name="Asked">When the origin was last asked, whatever it answered.</param>
/// <param name="LastFailure">What came of it, if not a list.</param>
public sealed record VersionListState(CachedVersionList? List, Moment Asked, Failure? LastFailure)
{
    /// <summary>Counts the origin's answers since this was read from the database.</summary>
    public long Answers { get; init; }

    /// <summary>The refresh that the last question to the origin was to follow.</summary>
    public DateTimeOffset Refresh { get; init; }

    /// <summary>What of it is still an answer after a refresh.</summary>
    /// <param name="since">When that was; default: there was none.</param>
    public VersionListState Since(DateTimeOffset since, DateTimeOffset now)
    {
        bool asked = Refresh == since || DocumentRefresh.IsAfter(since, Asked.At, now);
        bool listed = List is null || List.Refresh == since || DocumentRefresh.IsAfter(since, List.Fetched.At, now);
        return asked && listed ? this : this with
        {
            List = listed ? List : null,
            Asked = asked ? Asked : Moment.Never,
            LastFailure = asked ? LastFailure : null,
        };
    }
}

/// <summary>Keeps version lists in memory, within <see cref="CacheSpace"/>.</summary>
public sealed class VersionListMemory : IDisposable
{
    private readonly CacheShare<VersionListKey, VersionListState> _states;
    private readonly SemaphoreSlim _large = new(1, 1);
    private long _forgets;

    public VersionListMemory(CacheSpace space) => _states = new CacheShare<VersionListKey, VersionListState>(space, state => state.List?.Versions.Size ?? 0);

    public async ValueTask<VersionListState> GetAsync(VersionListKey key, Func<VersionListKey, CancellationToken, Task<VersionListState>> load, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_states.TryGet(key, out var known))
            {
                return known;
            }

            long forgets = Interlocked.Read(ref _forgets);
            var state = await load(key, cancellationToken).ConfigureAwait(false);
            if (forgets == Interlocked.Read(ref _forgets) && (_states.TryAdd(key, state) || _states.TryGet(key, out known) && ReferenceEquals(known, state)))
            {
                return state;
            }

            // Meanwhile the origin has answered, or all was to be forgotten: what the database said is outdated.
        }
    }

    /// <summary>Loads large lists one after the other, and each once for all who want it at the same time.</summary>
    public async Task<VersionListState> LoadLargeAsync(VersionListKey key, Func<Task<VersionListState>> load, CancellationToken cancellationToken)
    {
        await _large.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_states.TryGet(key, out var known))
            {
                return known;
            }

            long forgets = Interlocked.Read(ref _forgets);
            var state = await load().ConfigureAwait(false);
            if (forgets == Interlocked.Read(ref _forgets))
            {
                _states.TryAdd(key, state);
            }

            return state;
        }
        finally
        {
            _large.Release();
        }
    }

    public void Dispose() => _large.Dispose();

    public void Set(VersionListKey key, VersionListState state) => _states.Set(key, state);

    public void Forget(CredentialIdentity credential)
    {
        Interlocked.Increment(ref _forgets);
        _states.RemoveWhere(key => key.Credential == credential);
    }
}
