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

/// <param name="AskedAt">When the origin was last asked, whatever it answered.</param>
/// <param name="LastFailure">What came of it, if not a list.</param>
public sealed record VersionListState(CachedVersionList? List, DateTimeOffset AskedAt, Failure? LastFailure)
{
    /// <summary>Counts the origin's answers since this was read from the database.</summary>
    public long Answers { get; init; }

    /// <summary>What of it is still an answer where older ones are none.</summary>
    public VersionListState Since(DateTimeOffset since) => since == default || AskedAt > since && (List is null || List.FetchedAt > since) ? this : this with
    {
        List = List?.FetchedAt > since ? List : null,
        AskedAt = AskedAt > since ? AskedAt : DateTimeOffset.MinValue,
        LastFailure = AskedAt > since ? LastFailure : null,
    };
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
