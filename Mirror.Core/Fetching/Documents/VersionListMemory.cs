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
public sealed class VersionListMemory(CacheSpace space) : IDisposable
{
    private readonly ReadThroughCache<VersionListKey, VersionListState> _states =
        new((_, _) => Task.FromResult<VersionListState?>(null), key => (0, key.Source), space, state => state.List?.Versions.Size ?? 0);
    private readonly SemaphoreSlim _large = new(1, 1);

    public async ValueTask<VersionListState> GetAsync(VersionListKey key, Func<VersionListKey, CancellationToken, Task<VersionListState>> load, CancellationToken cancellationToken)
    {
        if (_states.TryGet(key, out var known))
        {
            return known;
        }

        long generation = _states.Now;
        var state = await load(key, cancellationToken).ConfigureAwait(false);
        if (_states.HasChanged(0, key.Source, generation) && _states.TryGet(key, out var newer))
        {
            return newer;
        }

        _states.Keep(key, state, generation);
        return state;
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

            long generation = _states.Now;
            var state = await load().ConfigureAwait(false);
            _states.Keep(key, state, generation);
            return state;
        }
        finally
        {
            _large.Release();
        }
    }

    public void Dispose() => _large.Dispose();

    public void Set(VersionListKey key, VersionListState state) => _states.Set(key, state);

    public void Forget(CredentialIdentity credential) => _states.Clear(key => key.Credential == credential);
}
