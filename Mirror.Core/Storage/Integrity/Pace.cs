namespace Mirror.Core.Storage.Integrity;

/// <summary>Holds reading back to a number of bytes per second, so that what goes on behind leaves the disk to requests.</summary>
/// <param name="bytesPerSecond">Null: as fast as it goes.</param>
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
