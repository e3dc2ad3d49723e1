namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Lets so many downloads run at once. One that turns out to be slow gives up its place, so that a few that trickle do not
/// hold up all others; only so many may be slow.
/// </summary>
/// <param name="includesTaker">A download is as slow as what takes its bytes, such as a client that nothing is stored for.</param>
internal sealed class DownloadPlaces(int atOnce, int maxSlow, bool includesTaker = false) : IDisposable
{
    private readonly SemaphoreSlim _places = new(atOnce, atOnce);
    private int _slow;

    public bool IncludesTaker => includesTaker;

    /// <summary>Waits for a place, which is held until it is disposed.</summary>
    public async Task<DownloadPlace> TakeAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new DownloadPlace(this);
    }

    public void Dispose() => _places.Dispose();

    internal bool TryLeave()
    {
        if (Interlocked.Increment(ref _slow) > maxSlow)
        {
            Interlocked.Decrement(ref _slow);
            return false;
        }

        _places.Release();
        return true;
    }

    internal bool TryReturn()
    {
        if (!_places.Wait(0))
        {
            return false;
        }

        Interlocked.Decrement(ref _slow);
        return true;
    }

    internal void End(bool isSlow)
    {
        if (isSlow)
        {
            Interlocked.Decrement(ref _slow);
        }
        else
        {
            _places.Release();
        }
    }
}

/// <summary>What one download holds while it runs.</summary>
internal sealed class DownloadPlace(DownloadPlaces places) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isSlow;
    private bool _isDisposed;

    /// <summary>Whether the time in which received bytes are taken counts for how slow the download is.</summary>
    public bool IncludesTaker => places.IncludesTaker;

    /// <summary>Gives the place up where the download is slow; takes one again, if one is free, where it no longer is.</summary>
    /// <returns>False: as many as may are slow already, so that this one must end.</returns>
    public bool Report(bool isSlow)
    {
        lock (_gate)
        {
            if (_isDisposed || isSlow == _isSlow)
            {
                return true;
            }

            if (isSlow)
            {
                return _isSlow = places.TryLeave();
            }

            _isSlow = !places.TryReturn();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                places.End(_isSlow);
            }
        }
    }
}
