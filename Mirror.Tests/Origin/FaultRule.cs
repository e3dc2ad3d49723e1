namespace Mirror.Tests.Origin;

/// <summary>A fault and the requests to which it applies, until it is used up or disposed.</summary>
public sealed class FaultRule : IDisposable
{
    private readonly Func<OriginRequest, bool> _matches;
    private readonly int _times;
    private int _applied;
    private volatile bool _disposed;

    internal FaultRule(Func<OriginRequest, bool> matches, Fault fault, int times)
    {
        _matches = matches;
        Fault = fault;
        _times = times;
    }

    /// <summary>The number of requests to which it was applied.</summary>
    public int Applied => Volatile.Read(ref _applied);

    internal Fault Fault { get; }

    public void Dispose() => _disposed = true;

    // Called for one request at a time.
    internal bool TryApply(OriginRequest request)
    {
        if (_disposed || _applied >= _times || !_matches(request))
        {
            return false;
        }

        Interlocked.Increment(ref _applied);
        return true;
    }
}
