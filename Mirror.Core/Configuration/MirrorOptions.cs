using System.Net;
using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>Everything under <c>Mirror:</c> in the configuration, read and validated once at start by <see cref="MirrorOptionsReader"/>.</summary>
public sealed record MirrorOptions
{
    /// <summary>An absolute path; holds the database, packages, staging, TLS files and keys.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The URL under which clients reach this instance; null: taken from each request.</summary>
    public Uri? PublicUrl { get; init; }

    public ListenOptions Listen { get; init; } = new();

    public TlsOptions Tls { get; init; } = new();

    public DatabaseOptions Database { get; init; } = new();

    public PackagesOptions Packages { get; init; } = new();

    public UpstreamOptions Upstream { get; init; } = new();

    public AuthOptions Auth { get; init; } = new();

    public ProtocolsOptions Protocols { get; init; } = new();

    public AuditOptions Audit { get; init; } = new();

    public RateLimitOptions RateLimit { get; init; } = new();

    public LimitsOptions Limits { get; init; } = new();

    public ShutdownOptions Shutdown { get; init; } = new();

    public IReadOnlyList<TrustOptions> Trust { get; init; } = [];

    public IReadOnlyList<SyncOptions> Sync { get; init; } = [];

    /// <summary>Proxies whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The network mirror of the group <c>default</c>; null where its protocol is off, or clients cannot reach it over https.</summary>
    /// <param name="https">Where clients reach this instance with TLS where no public URL is configured; null: nowhere.</param>
    public Uri? NetworkMirrorUrl(Uri? https) =>
        Protocols.NetworkMirror && (PublicUrl is { Scheme: "https" } ? PublicUrl : https) is { } server
            ? new Uri(server.AbsoluteUri.TrimEnd('/') + "/v1/mirror/")
            : null;

    public string DatabasePath => Path.Combine(DataDirectory, "mirror.db");

    public string PackagesDirectory => Path.Combine(DataDirectory, "packages");

    public string StagingDirectory => Path.Combine(DataDirectory, "staging");

    public string TlsDirectory => Path.Combine(DataDirectory, "tls");

    public string KeysDirectory => Path.Combine(DataDirectory, "keys");
}

/// <summary>The listeners; null: off. At least one is on.</summary>
public sealed record ListenOptions
{
    public Uri? Http { get; init; } = new("http://localhost:5080");

    public Uri? Https { get; init; } = new("https://localhost:5443");
}

/// <summary>PEM files; both null: a local certificate authority and a certificate are made in the data directory.</summary>
public sealed record TlsOptions
{
    public string? CertificatePath { get; init; }

    public string? KeyPath { get; init; }
}

public enum DatabaseProvider
{
    Sqlite,
}

public sealed record DatabaseOptions
{
    public DatabaseProvider Provider { get; init; }

    /// <summary>Null: the file in the data directory.</summary>
    public string? ConnectionString { get; init; }
}

public enum PackageStoreKind
{
    FileSystem,
}

public sealed record PackagesOptions
{
    public PackageStoreKind Store { get; init; }

    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes.</summary>
    public long MaxPackageSize { get; init; } = 2L << 30;

    /// <summary>Bytes that the files of one package may have unpacked: far more than any real one, far less than a disk.</summary>
    public long MaxUnpackedSize => Math.Max(MaxPackageSize, 1L << 30) * 10;

    /// <summary>Bytes that all packages together may take; null: no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Bytes that a fill leaves free on the disk.</summary>
    public long MinimumFreeSpace { get; init; } = 1L << 30;

    /// <summary>How long bytes that no record names are kept.</summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often everything stored is read and compared with its digest; zero: never.</summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromDays(7);
}

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
        AllowAnyHost || AllowedHosts.Contains(hostname) || FindHost(hostname) is { } host && (host.ProvidersUrl ?? host.MirrorUrl) is not null;
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

    /// <summary>Downloads slower than <see cref="PackageSlowRate"/>, which do not count among <see cref="FillsPerHost"/>; a further one ends.</summary>
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

public sealed record AuthOptions
{
    public bool AnonymousRead { get; init; } = true;

    /// <summary>A secret; null: one is generated at first start.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Issuers that may be asked wherever they are; others over https on public addresses only.</summary>
    public IReadOnlyList<Uri> WorkloadIssuers { get; init; } = [];

    /// <summary>Null: nobody signs in with an OpenID provider.</summary>
    public OidcOptions? Oidc { get; init; }

    public override string ToString() => $"{nameof(AnonymousRead)} = {AnonymousRead}";
}

public sealed record ProtocolsOptions
{
    public bool NetworkMirror { get; init; } = true;

    /// <summary>The registry protocol of any origin, served from the cache at <c>/v1/registries/…</c>.</summary>
    public bool SignedPassThrough { get; init; } = true;

    /// <summary>This instance as a registry host in front of <see cref="UpstreamOptions.DefaultHost"/>.</summary>
    public bool Registry { get; init; } = true;
}

/// <summary>Something to fetch ahead again and again.</summary>
/// <param name="Versions">Null: the latest stable version.</param>
/// <param name="Platforms">Empty: all that the origin offers.</param>
public sealed record SyncOptions(NamespacePath Group, ProviderAddress Provider, VersionConstraint? Versions, IReadOnlyList<Platform> Platforms, Schedule Schedule)
{
    public override string ToString() => $"{Provider} {Versions?.ToString() ?? "latest"} in {Group}";
}

/// <summary>How a server ends that was told to stop.</summary>
public sealed record ShutdownOptions
{
    /// <summary>How long it goes on taking requests while it says that it is not ready, for load balancers to notice.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long requests under way may take then.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

public sealed record AuditOptions
{
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}

public enum NewKeys
{
    Accept,
    Refuse,
}

/// <summary>Which keys may sign a provider.</summary>
public sealed record TrustOptions
{
    /// <summary><c>[hostname/]namespace/type</c>, each part a name or <c>*</c>.</summary>
    public required string Provider { get; init; }

    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    public NewKeys NewKeys { get; init; }
}
