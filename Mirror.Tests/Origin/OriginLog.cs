using Mirror.Tests.Time;

namespace Mirror.Tests.Origin;

/// <summary>All requests and protocol violations in order. A test can wait for a request.</summary>
internal sealed class OriginLog
{
    private readonly Lock _lock = new();
    private readonly List<OriginRequest> _requests = [];
    private readonly List<string> _violations = [];
    private readonly Dictionary<RequestKind, (int Open, int Most)> _open = [];
    private readonly List<(Func<OriginRequest, bool> Matches, int Count, TaskCompletionSource<OriginRequest> Source)> _waiters = [];

    public IReadOnlyList<OriginRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
            {
                return [.. _violations];
            }
        }
    }

    public void Add(OriginRequest request)
    {
        lock (_lock)
        {
            _requests.Add(request);
            request.Number = _requests.Count;
            var (open, most) = _open.GetValueOrDefault(request.Kind);
            _open[request.Kind] = (open + 1, Math.Max(most, open + 1));
            _waiters.RemoveAll(waiter => TryComplete(waiter.Matches, waiter.Count, waiter.Source));
        }
    }

    public void End(OriginRequest request, RequestOutcome outcome)
    {
        lock (_lock)
        {
            var (open, most) = _open[request.Kind];
            _open[request.Kind] = (open - 1, most);
        }

        request.End(outcome);
    }

    /// <summary>The highest number of concurrent requests of a kind.</summary>
    public int MostOpen(RequestKind kind)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(kind).Most;
        }
    }

    public void AddViolation(OriginRequest request, string breach)
    {
        lock (_lock)
        {
            _violations.Add($"#{request.Number} {request.Method} {request.Path}: {breach}");
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _violations.Clear();
            foreach (var kind in _open.Keys.ToArray())
            {
                _open[kind] = (_open[kind].Open, _open[kind].Open);
            }
        }
    }

    /// <summary>Completes with matching request number <paramref name="count"/>, once it has arrived.</summary>
    public async Task<OriginRequest> WhenAsync(Func<OriginRequest, bool> matches, int count, string what)
    {
        var source = new TaskCompletionSource<OriginRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!TryComplete(matches, count, source))
            {
                _waiters.Add((matches, count, source));
            }
        }

        try
        {
            return await source.Task.WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"The origin was not asked for {what} {count} time(s). It was asked:\n{string.Join('\n', Requests)}", e);
        }
    }

    private bool TryComplete(Func<OriginRequest, bool> matches, int count, TaskCompletionSource<OriginRequest> source)
    {
        var found = _requests.Where(matches).Skip(count - 1).FirstOrDefault();
        return found is not null && source.TrySetResult(found);
    }
}
