namespace Mirror.Core.Access;

/// <summary>
/// Determines when links expire. All links created within the same half of a lifetime expire together, so that documents with links stay
/// the same that long; each link is valid for at least half a lifetime.
/// </summary>
public readonly record struct LinkLifetime
{
    private LinkLifetime(long expires, DateTimeOffset sameUntil) => (Expires, SameUntil) = (expires, sameUntil);

    /// <summary>Unix time in seconds.</summary>
    public long Expires { get; }

    /// <summary>When the expiry of new links changes.</summary>
    public DateTimeOffset SameUntil { get; }

    /// <summary>
    /// Whether a link with an expiry time is valid: links expire within a lifetime from now, unless the clock was set back since.
    /// </summary>
    /// <param name="expires">Unix time in seconds.</param>
    public static bool Holds(long expires, DateTimeOffset now, TimeSpan lifetime)
    {
        double left = expires - (now.ToUnixTimeMilliseconds() / 1000d);
        return left > 0 && left <= Math.Max(2, lifetime.TotalSeconds) + StoredLifetime.Tolerance.TotalSeconds;
    }

    public static LinkLifetime At(DateTimeOffset now, TimeSpan lifetime)
    {
        long half = Math.Max(1, (long)lifetime.TotalSeconds / 2);
        long begun = now.ToUnixTimeSeconds() / half;
        return new LinkLifetime((begun + 2) * half, DateTimeOffset.FromUnixTimeSeconds((begun + 1) * half));
    }
}
