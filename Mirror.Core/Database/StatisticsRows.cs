namespace Mirror.Core.Database;

/// <summary>The length of the period that a row of statistics covers. Each figure is stored for its hour and for its day (UTC).</summary>
public enum TimeStep
{
    Day,
    Hour,
}

/// <summary>The traffic of one provider in a root group in one hour or day.</summary>
public sealed class TrafficRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public TimeStep Step { get; set; }

    public DateTimeOffset Start { get; set; }

    /// <summary>The full address.</summary>
    public required string Provider { get; set; }

    /// <summary>Downloads of packages that were already stored.</summary>
    public long Hits { get; set; }

    /// <summary>Downloads of packages that were still being fetched from the origin.</summary>
    public long Misses { get; set; }

    /// <summary>The hits among them that clients were redirected to the package store for.</summary>
    public long Redirected { get; set; }

    /// <summary>Bytes sent to clients, without redirected downloads, whose bytes are not known.</summary>
    public long ServedBytes { get; set; }

    /// <summary>Bytes of packages received from the origin.</summary>
    public long FetchedBytes { get; set; }
}

/// <summary>The downloads of one client from a root group in one hour or day.</summary>
public sealed class ClientTrafficRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public TimeStep Step { get; set; }

    public DateTimeOffset Start { get; set; }

    public PrincipalKind PrincipalKind { get; set; }

    /// <summary>The name of the principal. For a job, the path of its workspace: the number of jobs is not limited.</summary>
    public required string Principal { get; set; }

    public long Downloads { get; set; }

    /// <summary>The downloads among them that the client was redirected to the package store for.</summary>
    public long Redirected { get; set; }

    /// <summary>Without redirected downloads, whose bytes are not known.</summary>
    public long ServedBytes { get; set; }
}

/// <summary>The storage use of a root group in one hour or day, at the last measurement.</summary>
public sealed class StorageSampleRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public TimeStep Step { get; set; }

    public DateTimeOffset Start { get; set; }

    public long Bytes { get; set; }

    public int Versions { get; set; }
}

/// <summary>How many responses of a host in one hour or day took a time in one range.</summary>
public sealed class OriginLatencyRow
{
    public long Id { get; set; }

    public TimeStep Step { get; set; }

    public DateTimeOffset Start { get; set; }

    /// <summary>With its port, unless that is the default.</summary>
    public required string Host { get; set; }

    /// <summary>See <see cref="Upstream.LatencyRange"/>.</summary>
    public int Range { get; set; }

    public long Count { get; set; }
}
