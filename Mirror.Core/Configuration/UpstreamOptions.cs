using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>How freshness is decided.</summary>
public enum UpstreamMode
{
    /// <summary>Serve what is cached also when it is stale or the origin fails; ask behind.</summary>
    Fallback,

    /// <summary>What is stale is asked for before it is served.</summary>
    Online,

    /// <summary>The origin is never asked.</summary>
    Offline,
}

public sealed record UpstreamOptions
{
    public UpstreamMode Mode { get; init; } = UpstreamMode.Fallback;

    /// <summary>Hosts that may be asked; empty with <see cref="AllowAnyHost"/> false means nothing is asked.</summary>
    public IReadOnlyList<ProviderHostname> AllowedHosts { get; init; } = [ProviderHostname.Default, ProviderHostname.OpenTofu];

    /// <summary><c>*</c> stands in the list of allowed hosts.</summary>
    public bool AllowAnyHost { get; init; }

    public TimeSpan VersionsTtl { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of memory that ready documents may take.</summary>
    public long CacheSize { get; init; } = 16L << 20;

    public Uri? Proxy { get; init; }

    public ProviderHostname DefaultHost { get; init; } = ProviderHostname.Default;

    public IReadOnlyList<UpstreamHostOptions> Hosts { get; init; } = [];

    public UpstreamLimits Limits { get; init; } = new();

    public UpstreamHostOptions? FindHost(ProviderHostname hostname) => Hosts.FirstOrDefault(host => host.Name == hostname);

    public UpstreamMode ModeFor(ProviderHostname hostname) => FindHost(hostname)?.Mode ?? Mode;

    /// <summary>A host with a configuration of its own is allowed by it.</summary>
    public bool IsAllowed(ProviderHostname hostname) =>
        AllowAnyHost
            || AllowedHosts.Contains(hostname)
            || FindHost(hostname) is { } host && (host.ProvidersUrl ?? host.MirrorUrl) is not null;
}

/// <summary>Time and size limits of requests to origins, under <c>Mirror:Upstream:Limits</c>; sizes in bytes.</summary>
public sealed record UpstreamLimits
{
    /// <summary>Within which every document is answered; clients give up after 10 s.</summary>
    public TimeSpan DocumentDeadline { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public int DocumentAttempts { get; init; } = 3;

    /// <summary>How long a package download may stand still before it is resumed.</summary>
    public TimeSpan PackageIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public int PackageAttempts { get; init; } = 5;

    public int FillsPerHost { get; init; } = 8;

    /// <summary>
    /// Downloads slower than <see cref="PackageSlowRate"/>, which do not count among <see cref="FillsPerHost"/>; a further one ends.
    /// </summary>
    public int SlowFillsPerHost { get; init; } = 32;

    /// <summary>Over which the rates of a download are measured.</summary>
    public TimeSpan PackageRateInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second, below which a download gives up its place among <see cref="FillsPerHost"/>.</summary>
    public long PackageSlowRate { get; init; } = 64 << 10;

    /// <summary>Bytes a second, below which a download ends; 0: none.</summary>
    public long PackageMinimumRate { get; init; } = 1 << 10;

    /// <summary>Bytes a second that a whole download must reach, but for <see cref="PackageTimeAllowance"/>.</summary>
    public long PackageAverageRate { get; init; } = 16 << 10;

    /// <summary>What a download may take longer than its length takes at <see cref="PackageAverageRate"/>.</summary>
    public TimeSpan PackageTimeAllowance { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Failures in a row after which a host is left alone for <see cref="BreakerPause"/>.</summary>
    public int BreakerFailures { get; init; } = 10;

    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often one provider's list may be asked again because a version was not in it.</summary>
    public TimeSpan UnknownVersionInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a list of versions waits for the proof of the highest one.</summary>
    public TimeSpan NewestProofWait { get; init; } = TimeSpan.FromSeconds(1);

    public long MaxVersionList { get; init; } = 32L << 20;

    public long MaxDocument { get; init; } = 1L << 20;
}

/// <summary>What differs for one origin host.</summary>
public sealed record UpstreamHostOptions
{
    public required ProviderHostname Name { get; init; }

    /// <summary>Base URL of the provider registry protocol, in place of service discovery.</summary>
    public Uri? ProvidersUrl { get; init; }

    /// <summary>Base URL of a network mirror to ask in place of the origin.</summary>
    public Uri? MirrorUrl { get; init; }

    public UpstreamMode? Mode { get; init; }

    /// <summary>A bearer token for this host; a secret.</summary>
    public string? Token { get; init; }

    public override string ToString() => Name.Value;
}
