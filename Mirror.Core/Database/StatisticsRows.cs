namespace Mirror.Core.Database;

/// <summary>What one provider's packages moved in a root group on one day, UTC.</summary>
public sealed class TrafficRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public DateTimeOffset Day { get; set; }

    /// <summary>The full address.</summary>
    public required string Provider { get; set; }

    /// <summary>Downloads of packages that were stored when they were asked for.</summary>
    public long Hits { get; set; }

    /// <summary>Downloads of packages that were on their way from the origin.</summary>
    public long Misses { get; set; }

    /// <summary>Bytes sent to clients.</summary>
    public long ServedBytes { get; set; }

    /// <summary>Bytes of packages that came from the origin.</summary>
    public long FetchedBytes { get; set; }
}

/// <summary>What a root group stored on one day, UTC, when that was last looked at.</summary>
public sealed class StorageSampleRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public DateTimeOffset Day { get; set; }

    public long Bytes { get; set; }

    public int Versions { get; set; }
}
