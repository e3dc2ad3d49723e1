using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// The running fills: one per package, regardless of the number of waiting clients, and a limited number per origin host.
/// </summary>
internal sealed class PackageFills : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, (PackageFill Fill, Task Work)> _running = [];
    private readonly Dictionary<ProviderHostname, DownloadSlots> _slots = [];
    private readonly PackageFillContext _context;
    private readonly FetchingMetrics _metrics;
    private readonly PassThroughs _passThroughs;
    private readonly UpstreamLimits _limits;
    private readonly CancellationTokenSource _stopping = new();
    private long _ended;
    private bool _disposed;

    public PackageFills(PackageFillContext context, FetchingMetrics metrics, MirrorOptions options)
    {
        _metrics = metrics;
        _context = context;
        _limits = options.Upstream.Limits;
        _passThroughs = new PassThroughs(context, _limits, _stopping.Token);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>The number of fills that have ended; if it has not changed, no fill has stored anything in the meantime.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Joins the fill of a package, or starts it, and waits for the origin's headers.</summary>
    /// <param name="waiter">Cancels this caller's wait, not the fill.</param>
    public async Task<Outcome<PackageDelivery>> JoinAsync(FetchRequest request, CancellationToken waiter)
    {
        var fill = Enter(request);
        PackageDelivery? delivery = null;
        try
        {
            var head = await fill.Head.WaitAsync(waiter).ConfigureAwait(false);
            if (!head.TryGet(out var found))
            {
                return head.Failure;
            }

            if (found.IsSuperseded)
            {
                return await request.FindStoredAsync(_context, waiter).ConfigureAwait(false) is { } stored
                    ? stored
                    : new Failure(FailureKind.Unreachable, $"{request} was removed during the request. Try again.");
            }

            // If the origin does not state the length, it is only known once the package is complete.
            if (found.Length is null && await fill.Completed.WaitAsync(waiter).ConfigureAwait(false) is { } failure && !fill.IsDetached)
            {
                return failure;
            }

            return delivery = new FillDelivery(fill, found, _passThroughs) { IsNew = true };
        }
        finally
        {
            if (delivery is null)
            {
                fill.Exit();
            }
        }
    }

    /// <summary>Completes when all fills that are running now have ended and their rows are written.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running.Values.Select(running => running.Work));
        }
    }

    /// <summary>Aborts all fills and removes their staged files.</summary>
    public async Task StopAsync()
    {
        if (_disposed)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await WhenIdleAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _disposed = true;
        _stopping.Cancel();
        _stopping.Dispose();
        _passThroughs.Dispose();
        foreach (var slots in _slots.Values)
        {
            slots.Dispose();
        }
    }

    private PackageFill Enter(FetchRequest request)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(request.Key, out var running) && running.Fill.TryEnter())
            {
                return running.Fill;
            }

            var fill = new PackageFill(request, _context);
            fill.TryEnter();
            if (!_slots.TryGetValue(request.Source.Hostname, out var slots))
            {
                _slots.Add(request.Source.Hostname, slots = new DownloadSlots(_limits.FillsPerHost, _limits.SlowFillsPerHost));
            }

            _metrics.FillBegun();
            _running[request.Key] = (fill, Task.Run(() => RunAsync(fill, slots, _stopping.Token)));
            return fill;
        }
    }

    private async Task RunAsync(PackageFill fill, DownloadSlots slots, CancellationToken stopping)
    {
        try
        {
            var taking = slots.TakeAsync(stopping);
            bool waits = !taking.IsCompleted;
            using var slot = await taking.ConfigureAwait(false);
            if ((waits || Ended != fill.Request.FillsEnded) && await IsAnsweredAsync(fill, stopping).ConfigureAwait(false))
            {
                return;
            }

            var failure = await fill.RunAsync(slot, stopping).ConfigureAwait(false);
            _metrics.CountReceived(fill.Position);
            _metrics.CountFill(failure switch
            {
                null => FillEnd.Stored,
                _ when fill.IsDetached => FillEnd.PassedThrough,
                { Kind: FailureKind.VerificationFailed } => FillEnd.Refused,
                _ => FillEnd.Failed,
            });
            if (failure?.Kind == FailureKind.VerificationFailed)
            {
                await fill.Request.RefuseAsync(_context, failure).ConfigureAwait(false);
            }
            else if (failure is not null && !fill.IsDetached)
            {
                _context.Logger.FetchFailed(fill.Request.ToString(), failure.Message);
            }
        }
        catch (OperationCanceledException)
        {
            fill.Abandon(new Failure(FailureKind.Unreachable, "The server is stopping."));
        }
        catch (Exception e)
        {
            // For example a locked database: waiting clients must be notified.
            _context.Logger.Unexpected(fill.Request.ToString(), e);
            fill.Abandon(StorageFailure.Describe($"Looking up {fill.Request} failed", e));
        }
        finally
        {
            lock (_gate)
            {
                // Before another fill of the same package can start.
                Interlocked.Increment(ref _ended);
                if (_running.TryGetValue(fill.Request.Key, out var running) && running.Fill == fill)
                {
                    _running.Remove(fill.Request.Key);
                }
            }

            _metrics.FillEnded();
            fill.Exit();
        }
    }

    /// <summary>
    /// Whether another fill ended between the callers' lookup and the start of this one: then there is nothing to fetch.
    /// </summary>
    private async Task<bool> IsAnsweredAsync(PackageFill fill, CancellationToken stopping)
    {
        if (fill.Request.ForceRefresh)
        {
            return false;
        }

        if (await fill.Request.FindStoredAsync(_context, stopping).ConfigureAwait(false) is { } stored)
        {
            stored.Dispose();
            fill.Supersede();
            return true;
        }

        if (await fill.Request.FindRefusalAsync(_context, stopping).ConfigureAwait(false) is { } refusal)
        {
            fill.Abandon(refusal);
            return true;
        }

        return false;
    }
}
