using System.Net;
using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>
/// Everything under <c>Mirror:</c> in the configuration, read and validated once at start by <see cref="MirrorOptionsReader"/>.
/// </summary>
public sealed record MirrorOptions
{
    /// <summary>An absolute path. Contains the database, packages, staging, TLS files and keys.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The URL at which clients reach this instance; null to derive it from each request.</summary>
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

    /// <summary>Proxies whose <c>X-Forwarded-*</c> headers are trusted.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The network mirror of the group <c>default</c>; null if its protocol is disabled or clients cannot reach it over https.
    /// </summary>
    /// <param name="https">The https address of this instance if no public URL is configured; null if there is none.</param>
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

/// <summary>The listeners; null for disabled. At least one is enabled.</summary>
public sealed record ListenOptions
{
    public Uri? Http { get; init; } = new("http://localhost:5080");

    public Uri? Https { get; init; } = new("https://localhost:5443");
}

/// <summary>PEM files. If both are null, a local certificate authority and a certificate are created in the data directory.</summary>
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

    /// <summary>Null for the file in the data directory.</summary>
    public string? ConnectionString { get; init; }
}

public sealed record AuthOptions
{
    public bool AnonymousRead { get; init; } = true;

    /// <summary>A secret. If null, a token is generated at the first start.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Issuers that may be queried at any address; other issuers only over https and on public addresses.</summary>
    public IReadOnlyList<Uri> WorkloadIssuers { get; init; } = [];

    /// <summary>Null if sign-in with an OpenID provider is not configured.</summary>
    public OidcOptions? Oidc { get; init; }

    public override string ToString() => $"{nameof(AnonymousRead)} = {AnonymousRead}";
}

public sealed record ProtocolsOptions
{
    public bool NetworkMirror { get; init; } = true;

    /// <summary>The registry protocol of any origin, served from the cache under <c>/v1/registries/…</c>.</summary>
    public bool SignedPassThrough { get; init; } = true;

    /// <summary>This instance as a registry host in front of <see cref="UpstreamOptions.DefaultHost"/>.</summary>
    public bool Registry { get; init; } = true;
}

/// <summary>A provider to fetch in advance, on a schedule.</summary>
/// <param name="Versions">Null for the latest stable version.</param>
/// <param name="Platforms">Empty for all platforms that the origin offers.</param>
public sealed record SyncOptions(
    NamespacePath Group, ProviderAddress Provider, VersionConstraint? Versions, IReadOnlyList<Platform> Platforms, Schedule Schedule)
{
    public override string ToString() => $"{Provider} {Versions?.ToString() ?? "latest"} in {Group}";
}

/// <summary>How the server shuts down.</summary>
public sealed record ShutdownOptions
{
    /// <summary>
    /// How long the server keeps accepting requests while it reports that it is not ready, so that load balancers notice.
    /// </summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long requests in progress may take after that.</summary>
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
