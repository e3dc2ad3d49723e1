namespace Mirror.Core.Audit;

/// <summary>Limits how many audit events denied requests create: a large burst, but a low sustained rate. Not thread-safe.</summary>
internal sealed class DeniedRequestBudget(TimeProvider time)
{
    private const int Burst = 300;
    private const double PerMinute = 10;

    private double _left = Burst;
    private long _at = time.GetTimestamp();

    public bool TryTake()
    {
        long now = time.GetTimestamp();
        _left = Math.Min(Burst, _left + (time.GetElapsedTime(_at, now).TotalMinutes * PerMinute));
        _at = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
