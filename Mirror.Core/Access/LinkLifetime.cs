namespace Mirror.Core.Access;

/// <summary>
/// When links end. All that are made within the same half of a lifetime end together, so that a document that holds them
/// stays the same that long; each is valid for at least half a lifetime.
/// </summary>
public readonly record struct LinkLifetime
{
    private LinkLifetime(long expires, DateTimeOffset sameUntil) => (Expires, SameUntil) = (expires, sameUntil);

    /// <summary>Unix time in seconds.</summary>
    public long Expires { get; }

    /// <summary>From then on links end later.</summary>
    public DateTimeOffset SameUntil { get; }

    public static LinkLifetime At(DateTimeOffset now, TimeSpan lifetime)
    {
        long half = Math.Max(1, (long)lifetime.TotalSeconds / 2);
        long begun = now.ToUnixTimeSeconds() / half;
        return new LinkLifetime((begun + 2) * half, DateTimeOffset.FromUnixTimeSeconds((begun + 1) * half));
    }
}
