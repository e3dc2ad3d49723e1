namespace Mirror.Core.Storage.Integrity;

/// <summary>Limits reading to a number of bytes per second, so that background work leaves disk bandwidth to requests.</summary>
/// <param name="bytesPerSecond">Null for no limit.</param>
public sealed class Pace(long? bytesPerSecond, TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private readonly long _start = time.GetTimestamp();
    private long _bytes;

    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond is not { } rate)
        {
            return;
        }

        _bytes += bytes;
        var ahead = TimeSpan.FromSeconds((double)_bytes / rate) - time.GetElapsedTime(_start);
        if (ahead > Least)
        {
            await Task.Delay(ahead, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
