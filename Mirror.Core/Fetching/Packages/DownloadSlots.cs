namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Limits how many downloads run concurrently. A slow download releases its slot, so that a few slow ones do not block all others; the
/// number of slow downloads is limited too.
/// </summary>
/// <param name="includesConsumer">Whether the time taken by the consumer counts, such as a client of a pass-through.</param>
internal sealed class DownloadSlots(int maxConcurrent, int maxSlow, bool includesConsumer = false) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(maxConcurrent, maxConcurrent);
    private int _slow;

    public bool IncludesConsumer => includesConsumer;

    /// <summary>Waits for a slot, which is held until it is disposed.</summary>
    public async Task<DownloadSlot> TakeAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new DownloadSlot(this);
    }

    public void Dispose() => _slots.Dispose();

    internal bool TryLeave()
    {
        if (Interlocked.Increment(ref _slow) > maxSlow)
        {
            Interlocked.Decrement(ref _slow);
            return false;
        }

        _slots.Release();
        return true;
    }

    internal bool TryReturn()
    {
        if (!_slots.Wait(0))
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
            _slots.Release();
        }
    }
}

/// <summary>The slot of one running download.</summary>
internal sealed class DownloadSlot(DownloadSlots slots) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isSlow;
    private bool _isDisposed;

    /// <summary>Whether the time that the consumer takes for received bytes counts towards the speed of the download.</summary>
    public bool IncludesConsumer => slots.IncludesConsumer;

    /// <summary>Releases the slot if the download is slow; takes it again, if one is free, when the download is no longer slow.</summary>
    /// <returns>False if too many downloads are slow already, so that this one must end.</returns>
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
                return _isSlow = slots.TryLeave();
            }

            _isSlow = !slots.TryReturn();
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
                slots.End(_isSlow);
            }
        }
    }
}
