namespace Mirror.Core.Audit;

/// <summary>How many events refusals may become: many at once, few for long. Not safe for several threads.</summary>
internal sealed class RefusalBudget(DateTimeOffset start)
{
    private const int AtOnce = 300;
    private const double PerMinute = 10;

    private double _left = AtOnce;
    private DateTimeOffset _at = start;

    public bool TryTake(DateTimeOffset now)
    {
        if (now > _at)
        {
            _left = Math.Min(AtOnce, _left + ((now - _at).TotalMinutes * PerMinute));
            _at = now;
        }

        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
