using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>Probes whether the package store responds, at most every few seconds, and logs its failures, at most every minute.</summary>
public sealed partial class PackageStoreHealth(IPackageStore store, TimeProvider time, ILogger<PackageStoreHealth> logger)
{
    /// <summary>Health checks of several load balancers share a probe.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<Failure?>? _probe;
    private long _probedAt;
    private long? _loggedAt;

    /// <returns>Why the store does not work; null if it does.</returns>
    public Task<Failure?> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_probe is null || _probe.IsCompleted && time.GetElapsedTime(_probedAt) >= Interval)
            {
                _probedAt = time.GetTimestamp();
                _probe = ProbeAsync();
            }

            return _probe.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reports an exception of a request, which may come from the store.</summary>
    public void Report(Exception exception)
    {
        if (exception is not ObjectStoreException)
        {
            return;
        }

        lock (_gate)
        {
            if (_loggedAt is { } loggedAt && time.GetElapsedTime(loggedAt) < LogInterval)
            {
                return;
            }

            _loggedAt = time.GetTimestamp();
        }

        StoreFailed(exception.Message);
    }

    private async Task<Failure?> ProbeAsync()
    {
        using var limit = new CancellationTokenSource(ProbeTimeout, time);
        try
        {
            await store.FindOwnerAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return new Failure(FailureKind.Storage, $"This server's package store does not respond within {ProbeTimeout.TotalSeconds} seconds.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(e);
            return StorageFailure.Describe("The package store cannot be read", e);
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "The package store failed: {Reason}")]
    private partial void StoreFailed(string reason);
}
