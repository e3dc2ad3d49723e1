using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>How to decide whether cached documents are fresh enough.</summary>
public enum UpstreamMode
{
    /// <summary>Serve cached content even if it is stale or the origin fails; refresh it in the background.</summary>
    Fallback,

    /// <summary>Refresh stale content before it is served.</summary>
    Online,

    /// <summary>Never query origins.</summary>
    Offline,
}

public sealed record UpstreamOptions
{
    public UpstreamMode Mode { get; init; } = UpstreamMode.Fallback;

    /// <summary>Hosts that may be queried; if empty and <see cref="AllowAnyHost"/> is false, no host may be.</summary>
    public IReadOnlyList<ProviderHostname> AllowedHosts { get; init; } = [ProviderHostname.Default, ProviderHostname.OpenTofu];

    /// <summary>The list of allowed hosts contains <c>*</c>.</summary>
    public bool AllowAnyHost { get; init; }

    public TimeSpan VersionsTtl { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of memory for ready-to-serve documents.</summary>
    public long CacheSize { get; init; } = 16L << 20;

    public Uri? Proxy { get; init; }

    public ProviderHostname DefaultHost { get; init; } = ProviderHostname.Default;

    public IReadOnlyList<UpstreamHostOptions> Hosts { get; init; } = [];

    public UpstreamLimits Limits { get; init; } = new();

    public UpstreamHostOptions? FindHost(ProviderHostname hostname) => Hosts.FirstOrDefault(host => host.Name == hostname);

    public UpstreamMode ModeFor(ProviderHostname hostname) => FindHost(hostname)?.Mode ?? Mode;

    /// <summary>A host with its own configuration is allowed implicitly.</summary>
    public bool IsAllowed(ProviderHostname hostname) =>
        AllowAnyHost
            || AllowedHosts.Contains(hostname)
            || FindHost(hostname) is { } host && (host.ProvidersUrl ?? host.MirrorUrl) is not null;
}

/// <summary>Time and size limits of requests to origins, under <c>Mirror:Upstream:Limits</c>; sizes in bytes.</summary>
public sealed record UpstreamLimits
{
    /// <summary>How long a document response may take; clients give up after 10 s.</summary>
    public TimeSpan DocumentDeadline { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public int DocumentAttempts { get; init; } = 3;

    /// <summary>How long a package download may stall before it is resumed.</summary>
    public TimeSpan PackageIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public int PackageAttempts { get; init; } = 5;

    public int FillsPerHost { get; init; } = 8;

    /// <summary>
    /// Downloads slower than <see cref="PackageSlowRate"/>, which do not count towards <see cref="FillsPerHost"/>; any beyond this limit
    /// are aborted.
    /// </summary>
    public int SlowFillsPerHost { get; init; } = 32;

    /// <summary>The interval over which download rates are measured.</summary>
    public TimeSpan PackageRateInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes per second below which a download no longer counts towards <see cref="FillsPerHost"/>.</summary>
    public long PackageSlowRate { get; init; } = 64 << 10;

    /// <summary>Bytes per second below which a download is aborted; 0 to disable.</summary>
    public long PackageMinimumRate { get; init; } = 1 << 10;

    /// <summary>Bytes per second that a complete download must average, apart from <see cref="PackageTimeAllowance"/>.</summary>
    public long PackageAverageRate { get; init; } = 16 << 10;

    /// <summary>The time a download may take in addition to its length at <see cref="PackageAverageRate"/>.</summary>
    public TimeSpan PackageTimeAllowance { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Consecutive failures after which a host is suspended for <see cref="BreakerPause"/>.</summary>
    public int BreakerFailures { get; init; } = 10;

    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a provider's version list may be refreshed because a requested version is missing from it.</summary>
    public TimeSpan UnknownVersionInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a version list waits for the proof of the latest version.</summary>
    public TimeSpan NewestProofWait { get; init; } = TimeSpan.FromSeconds(1);

    public long MaxVersionList { get; init; } = 32L << 20;

    public long MaxDocument { get; init; } = 1L << 20;
}

/// <summary>Settings of one origin host.</summary>
public sealed record UpstreamHostOptions
{
    public required ProviderHostname Name { get; init; }

    /// <summary>Base URL of the provider registry protocol; replaces service discovery.</summary>
    public Uri? ProvidersUrl { get; init; }

    /// <summary>Base URL of a network mirror to query instead of the origin.</summary>
    public Uri? MirrorUrl { get; init; }

    public UpstreamMode? Mode { get; init; }

    /// <summary>A bearer token for this host; a secret.</summary>
    public string? Token { get; init; }

    public override string ToString() => Name.Value;
}
