namespace Mirror.Core.Database;

/// <summary>The traffic of one provider in a root group on one day (UTC).</summary>
public sealed class TrafficRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public DateTimeOffset Day { get; set; }

    /// <summary>The full address.</summary>
    public required string Provider { get; set; }

    /// <summary>Downloads of packages that were already stored.</summary>
    public long Hits { get; set; }

    /// <summary>Downloads of packages that were still being fetched from the origin.</summary>
    public long Misses { get; set; }

    /// <summary>Bytes sent to clients.</summary>
    public long ServedBytes { get; set; }

    /// <summary>Bytes of packages received from the origin.</summary>
    public long FetchedBytes { get; set; }
}

/// <summary>The storage use of a root group on one day (UTC), at the last measurement.</summary>
public sealed class StorageSampleRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public DateTimeOffset Day { get; set; }

    public long Bytes { get; set; }

    public int Versions { get; set; }
}
