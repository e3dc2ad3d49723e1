using System.Net;
using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>
/// Everything under <c>Mirror:</c> in the configuration, read and validated once at start by <see cref="MirrorOptionsReader"/>.
/// </summary>
public sealed record MirrorOptions
{
    /// <summary>The directory for the database, the packages, the certificates, the keys and the administrator's token.</summary>
    /// <example><c>/var/lib/mirror</c></example>
    public required string DataDirectory { get; init; }

    /// <summary>The URL at which clients reach this instance; it can have a path.</summary>
    /// <value>from each request</value>
    /// <example><c>https://mirror.example.com</c>, <c>https://tools.example.com/mirror</c></example>
    public Uri? PublicUrl { get; init; }

    /// <summary>The path of <see cref="PublicUrl"/>, without a slash at its end; empty: the root of the host.</summary>
    public string PathPrefix => PublicUrl is { } url ? Configuration.PathPrefix.Parse(url.AbsolutePath) ?? "" : "";

    public ListenOptions Listen { get; init; } = new();

    public TlsOptions Tls { get; init; } = new();

    public DatabaseOptions Database { get; init; } = new();

    public PackagesOptions Packages { get; init; } = new();

    public UpstreamOptions Upstream { get; init; } = new();

    public AuthOptions Auth { get; init; } = new();

    public ProtocolsOptions Protocols { get; init; } = new();

    public HostedOptions Hosted { get; init; } = new();

    public AuditOptions Audit { get; init; } = new();

    public RateLimitOptions RateLimit { get; init; } = new();

    public LimitsOptions Limits { get; init; } = new();

    public ShutdownOptions Shutdown { get; init; } = new();

    public IReadOnlyList<TrustOptions> Trust { get; init; } = [];

    public IReadOnlyList<SyncOptions> Sync { get; init; } = [];

    /// <summary>
    /// Proxies whose headers <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>, <c>X-Forwarded-Host</c> and <c>X-Forwarded-Prefix</c> the
    /// server trusts.
    /// </summary>
    /// <example><c>10.0.0.0/8</c></example>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The hostname of this instance as a registry: the host of <see cref="PublicUrl"/>, and its port unless it is the default one. Null
    /// without a public URL.
    /// </summary>
    public ProviderHostname? OwnHostname =>
        PublicUrl is { } url && ProviderHostname.TryParse(url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}", out var hostname)
            ? hostname
            : null;

    public string DatabasePath => Path.Combine(DataDirectory, "mirror.db");

    /// <summary>Whether a hostname is one of this instance, which is never queried as an origin.</summary>
    public bool IsOwn(ProviderHostname hostname) =>
        hostname == HostedOptions.NoHostname || OwnHostname is { } own && (hostname == own || Hosted.Hostnames.Contains(hostname));

    /// <summary>Whether the origin may be queried.</summary>
    public bool MayQuery(ProviderHostname hostname) => Upstream.IsAllowed(hostname) && !IsOwn(hostname);

    public string PackagesDirectory => Path.Combine(DataDirectory, "packages");

    public string StagingDirectory => Path.Combine(DataDirectory, "staging");

    /// <summary>For <see cref="PackagesOptions.LocalCache"/>.</summary>
    public string CacheDirectory => Path.Combine(DataDirectory, "cache");

    public string TlsDirectory => Path.Combine(DataDirectory, "tls");

    public string KeysDirectory => Path.Combine(DataDirectory, "keys");
}

/// <summary>
/// The addresses that the server listens on. At least one is required. An empty value disables a listener, and port 0 selects any free
/// port.
/// </summary>
public sealed record ListenOptions
{
    /// <summary>The address for HTTP.</summary>
    /// <example><c>http://0.0.0.0:5080</c>, <c>http://*:5080</c></example>
    public Uri? Http { get; init; } = new("http://localhost:5080");

    /// <summary>The address for HTTPS. Terraform queries network mirrors only over HTTPS.</summary>
    /// <example><c>https://*:443</c></example>
    public Uri? Https { get; init; } = new("https://localhost:5443");
}

/// <summary>
/// The server's certificate. Without it, the server creates a local certificate authority and a certificate in the directory <c>tls</c> of
/// the data directory. See <see href="operations.md#configure-tls">Configure TLS</see>.
/// </summary>
public sealed record TlsOptions
{
    /// <summary>
    /// A PEM file with the certificate, followed by the certificates between it and its authority. Certificate and key are read again when
    /// the files change.
    /// </summary>
    /// <value>a local certificate</value>
    /// <example><c>/etc/mirror/tls.crt</c></example>
    public string? CertificatePath { get; init; }

    /// <summary>A PEM file with the unencrypted private key of the certificate.</summary>
    /// <value>a local certificate</value>
    /// <example><c>/etc/mirror/tls.key</c></example>
    public string? KeyPath { get; init; }

    /// <summary>
    /// Whether clients present <see href="security.md#client-certificates">certificates</see> to the HTTPS listener.
    /// </summary>
    /// <value><c>Off</c></value>
    public ClientCertificatePolicy ClientCertificates { get; init; }

    /// <summary>
    /// A PEM file, or a directory with PEM files, with the certificate authorities that issue client certificates. It must contain a root
    /// certificate. It is read again when it changes.
    /// </summary>
    /// <value>required with client certificates</value>
    /// <example><c>/etc/mirror/client-ca.pem</c></example>
    public string? ClientAuthorityPath { get; init; }
}

public enum ClientCertificatePolicy
{
    /// <summary>Certificates are not requested.</summary>
    Off,

    /// <summary>Certificates are requested. Connections with an invalid one are refused.</summary>
    Allow,

    /// <summary>
    /// Connections without a valid certificate are refused, and the HTTP listener serves only health checks and clients on the same
    /// machine.
    /// </summary>
    Require,
}

public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>The database.</summary>
public sealed record DatabaseOptions
{
    /// <summary>The kind of database.</summary>
    public DatabaseProvider Provider { get; init; }

    /// <summary>How to connect to the database. PostgreSQL requires it; its user creates the tables in an existing, empty database.</summary>
    /// <value><c>mirror.db</c> in the data directory</value>
    /// <example><c>Host=db.example.com;Database=mirror;Username=mirror;Password=…</c></example>
    public string? ConnectionString { get; init; }
}

/// <summary>Access without credentials, and the administrator's token.</summary>
public sealed record AuthOptions
{
    /// <summary>
    /// Whether pages, the API and protocol documents can be read without credentials in <c>default</c> and below. Other root groups have a
    /// <see href="operations.md#manage-groups-and-workspaces">setting</see> for it. See
    /// <see href="security.md#anonymous-read-access">Anonymous read access</see>.
    /// </summary>
    public bool AnonymousRead { get; init; } = true;

    /// <summary>The administrator's token, with at least 16 characters.</summary>
    /// <value>generated at the first start</value>
    public string? AdminToken { get; init; }

    /// <summary>
    /// The contact for users who need a role: an email address, an https URL or a name, at most 200 characters.
    /// </summary>
    /// <example><c>platform-team@example.com</c></example>
    public string? Contact { get; init; }

    /// <summary>
    /// Issuers of <see href="security.md#workload-identity">workload identities</see> that may be queried at any address, with exactly this
    /// scheme, host and port. All other issuers must use HTTPS and have a public address.
    /// </summary>
    /// <example><c>https://gitlab.example.com</c></example>
    public IReadOnlyList<Uri> WorkloadIssuers { get; init; } = [];

    /// <summary>Null if sign-in with an OpenID provider is not configured.</summary>
    public OidcOptions? Oidc { get; init; }

    public override string ToString() => $"{nameof(AnonymousRead)} = {AnonymousRead}";
}

/// <summary>The protocols that the server offers.</summary>
public sealed record ProtocolsOptions
{
    /// <summary>The network mirror protocol.</summary>
    public bool NetworkMirror { get; init; } = true;

    /// <summary>The registry protocols of the origins, passed through, for <c>host</c> blocks in the configuration of clients.</summary>
    public bool SignedPassThrough { get; init; } = true;

    /// <summary>This instance as a registry host for providers and modules. <c>terraform login</c> works regardless of this
    /// setting.</summary>
    public bool Registry { get; init; } = true;

    /// <summary>Providers as OCI artifacts, for OpenTofu's <c>oci_mirror</c>. See
    /// <see href="operations.md#opentofus-oci_mirror">OpenTofu's oci_mirror</see>.</summary>
    public bool Oci { get; init; } = true;
}

/// <summary>
/// Syncs that the server starts on a schedule, like <c>mirror sync</c>. A sync that is still running is not started again. See
/// <see href="operations.md#sync-providers-from-an-origin">Sync providers from an origin</see>.
/// </summary>
public sealed record SyncOptions
{
    /// <summary>The group or workspace.</summary>
    /// <value><c>default</c></value>
    /// <example><c>platform/network</c></example>
    public required NamespacePath Group { get; init; }

    /// <summary>The provider.</summary>
    /// <value>required</value>
    /// <example><c>hashicorp/aws</c></example>
    public required ProviderAddress Provider { get; init; }

    /// <summary>The versions.</summary>
    /// <value>the latest stable version</value>
    /// <example><c>~&gt; 5.0</c></example>
    public VersionConstraint? Versions { get; init; }

    /// <summary>The platforms.</summary>
    /// <value>all platforms that the origin offers</value>
    /// <example><c>linux_amd64</c></example>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>When the sync starts: an interval, which first starts with the server, or five cron fields in UTC.</summary>
    /// <value>required</value>
    /// <example><c>6h</c>, <c>30 3 * * 1-5</c></example>
    public required Schedule Schedule { get; init; }

    public override string ToString() => $"{Provider} {Versions?.ToString() ?? "latest"} in {Group}";
}

/// <summary>How the server <see href="operations.md#start-and-stop-the-server">stops</see>.</summary>
public sealed record ShutdownOptions
{
    /// <summary>
    /// How long the server keeps accepting requests while <c>/health/ready</c> returns 503, so that load balancers stop sending requests.
    /// </summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long active requests may take after that before the server aborts them.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// The providers and modules that are <see href="publishing.md">published here</see>, at the host of <c>Mirror:PublicUrl</c>.
/// </summary>
public sealed record HostedOptions
{
    /// <summary>
    /// Further names of this instance's own hostname, such as the host of an earlier <c>Mirror:PublicUrl</c>. Published providers and modules are
    /// available under each of them.
    /// </summary>
    /// <value>none</value>
    /// <example><c>terraform.example.com</c></example>
    public IReadOnlyList<ProviderHostname> Hostnames { get; init; } = [];

    /// <summary>
    /// The own hostname without <see cref="MirrorOptions.PublicUrl"/>: the namespaces of this instance still precede those of
    /// origins, but have no content. No such host exists, see https://www.rfc-editor.org/rfc/rfc6761#section-6.4.
    /// </summary>
    internal static ProviderHostname NoHostname { get; } = ProviderHostname.Parse("public-url-is-not-set.invalid");
}

/// <summary>The <see href="operations.md#read-the-audit-log">audit log</see>.</summary>
public sealed record AuditOptions
{
    /// <summary>How long events are kept. Older events are deleted every hour.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}

public enum NewKeys
{
    /// <summary>Record the key and show it.</summary>
    Accept,

    /// <summary>Reject versions that it signed, unless it is the first key of the provider.</summary>
    Refuse,
}

/// <summary>
/// The keys that may sign a provider. HashiCorp's key for <c>registry.terraform.io/hashicorp/*</c> is built in. A rule for the same pattern
/// replaces it. See <see href="security.md#verification-of-packages">Verification of packages</see>.
/// </summary>
public sealed record TrustOptions
{
    /// <summary>The providers that the rule applies to: <c>[hostname/]namespace/type</c>, each part a name or <c>*</c>.</summary>
    /// <value>required</value>
    /// <example><c>registry.example.com/platform/*</c></example>
    public required string Provider { get; init; }

    /// <summary>The pinned keys, with 40 hexadecimal digits each. Packages must be signed by one of them.</summary>
    /// <value>any key</value>
    /// <example><c>C874011F0AB405110D02105534365D9472D7468F</c></example>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>How to treat a key that has not signed the provider before.</summary>
    public NewKeys NewKeys { get; init; }
}
