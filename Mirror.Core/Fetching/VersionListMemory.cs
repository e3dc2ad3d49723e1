using System.Collections.Concurrent;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Outcomes;

namespace Mirror.Core.Fetching;

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

/// <summary>Keeps version lists in memory, those used last, within a bound.</summary>
public sealed class VersionListMemory
{
    private const int MaxLists = 2000;
    private readonly ConcurrentDictionary<VersionListKey, (VersionListState State, long Used)> _states = new();
    private long _clock;
    private long _forgets;

    public async ValueTask<VersionListState> GetAsync(VersionListKey key, Func<VersionListKey, CancellationToken, Task<VersionListState>> load, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_states.TryGetValue(key, out var entry))
            {
                _states.TryUpdate(key, (entry.State, Interlocked.Increment(ref _clock)), entry);
                return entry.State;
            }

            long forgets = Interlocked.Read(ref _forgets);
            var state = await load(key, cancellationToken).ConfigureAwait(false);
            if (forgets == Interlocked.Read(ref _forgets) && _states.TryAdd(key, (state, Interlocked.Increment(ref _clock))))
            {
                Shrink();
                return state;
            }

            // Meanwhile the origin has answered somebody else, or all was to be forgotten: what the database said is outdated.
        }
    }

    public void Set(VersionListKey key, VersionListState state)
    {
        _states[key] = (state, Interlocked.Increment(ref _clock));
        Shrink();
    }

    public void Forget(CredentialIdentity credential)
    {
        Interlocked.Increment(ref _forgets);
        foreach (var key in _states.Keys.Where(key => key.Credential == credential))
        {
            _states.TryRemove(key, out _);
        }
    }

    private void Shrink()
    {
        if (_states.Count > MaxLists)
        {
            // Its own ToArray is safe while others add; sorting it directly is not.
            foreach (var old in _states.ToArray().OrderBy(item => item.Value.Used).Take(MaxLists / 10))
            {
                _states.TryRemove(old.Key, out _);
            }
        }
    }
}
