using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>How to decide whether cached documents are fresh enough.</summary>
public enum UpstreamMode
{
    /// <summary>Serve stale documents and refresh them in the background. If an origin fails, serve the stored versions.</summary>
    Fallback,

    /// <summary>Refresh stale documents before they are served.</summary>
    Online,

    /// <summary>Never query origins.</summary>
    Offline,
}

/// <summary>
/// The origins that providers and modules are fetched from. See <see href="security.md#protection-against-origins">Protection against
/// origins</see>.
/// </summary>
public sealed record UpstreamOptions
{
    /// <summary>How to decide whether cached documents are fresh enough.</summary>
    public UpstreamMode Mode { get; init; } = UpstreamMode.Fallback;

    /// <summary>The origins that may be queried. <c>*</c> allows all hosts. An empty list means the default.</summary>
    /// <example><c>registry.terraform.io</c>, <c>registry.example.com</c></example>
    public IReadOnlyList<ProviderHostname> AllowedHosts { get; init; } = [ProviderHostname.Default, ProviderHostname.OpenTofu];

    /// <summary>The list of allowed hosts contains <c>*</c>.</summary>
    public bool AllowAnyHost { get; init; }

    /// <summary>How long a version list is fresh.</summary>
    public TimeSpan VersionsTtl { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long "not found" is cached, and how long to wait before a failed verification is retried. Each further retry doubles the wait,
    /// up to one hour.
    /// </summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Memory for documents, version lists and proofs. The least recently used items are removed first. An item that is larger than a
    /// quarter of this size is not kept in memory, but read from the database.
    /// </summary>
    public long CacheSize { get; init; } = 16L << 20;

    /// <summary>
    /// The <see href="security.md#outbound-proxies">proxy</see> for requests to origins, with percent-encoded credentials if it requires
    /// them. It also resolves and checks names.
    /// </summary>
    /// <value>the proxies in <c>HTTPS_PROXY</c> and <c>HTTP_PROXY</c>, except for the hosts in <c>NO_PROXY</c></value>
    /// <example><c>http://user:password@proxy.example.com:3128</c></example>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>
    /// The hosts that are queried without the proxy: domains with their subdomains, addresses and networks, optionally with a port, or
    /// <c>*</c>.
    /// </summary>
    /// <value>none</value>
    /// <example><c>registry.internal</c></example>
    public IReadOnlyList<ProxyBypass> ProxyBypass => Proxy.Bypass;

    /// <summary>
    /// A PEM file, or a directory with PEM files, with certificate authorities that are trusted for origins in addition to those of the
    /// system and of <c>SSL_CERT_FILE</c>. It is read again when it changes.
    /// </summary>
    /// <example><c>/etc/mirror/authorities</c></example>
    public string? AuthoritiesPath { get; init; }

    /// <summary>
    /// The origin whose providers and modules this instance offers as a registry host: <c>source =
    /// &quot;mirror.example.com/hashicorp/null&quot;</c>.
    /// </summary>
    public ProviderHostname DefaultHost { get; init; } = ProviderHostname.Default;

    /// <summary>In order: the first one that matches applies.</summary>
    public IReadOnlyList<UpstreamRouteOptions> Routes { get; init; } = [];

    public IReadOnlyList<UpstreamHostOptions> Hosts { get; init; } = [];

    public UpstreamLimits Limits { get; init; } = new();

    public UpstreamHostOptions? FindHost(ProviderHostname hostname) => Hosts.FirstOrDefault(host => host.Name == hostname);

    public UpstreamMode ModeFor(ProviderHostname hostname) => FindHost(hostname)?.Mode ?? Mode;

    /// <summary>A host with its own configuration is allowed implicitly. See also <see cref="MirrorOptions.MayQuery"/>.</summary>
    public bool IsAllowed(ProviderHostname hostname) =>
        AllowAnyHost
            || AllowedHosts.Contains(hostname)
            || FindHost(hostname) is { } host && (host.ProvidersUrl ?? host.MirrorUrl) is not null;
}

/// <summary>Time and size limits for requests to origins.</summary>
public sealed record UpstreamLimits
{
    /// <summary>How long a document may take. Terraform gives up after 10 seconds.</summary>
    public TimeSpan DocumentDeadline { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a connection to an origin may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Attempts to fetch a document.</summary>
    public int DocumentAttempts { get; init; } = 3;

    /// <summary>How long a package download may stall before it is resumed.</summary>
    public TimeSpan PackageIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts to download a package.</summary>
    public int PackageAttempts { get; init; } = 5;

    /// <summary>Concurrent package downloads from one host.</summary>
    public int FillsPerHost { get; init; } = 8;

    /// <summary>
    /// Concurrent package downloads from one host below <see cref="PackageSlowRate"/>. Further slow downloads are aborted.
    /// </summary>
    public int SlowFillsPerHost { get; init; } = 32;

    /// <summary>The interval over which the rates of a download are measured. Only the time spent waiting for the origin counts.</summary>
    public TimeSpan PackageRateInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes per second. Slower downloads do not count toward <see cref="FillsPerHost"/>, so that other downloads can start.
    /// </summary>
    public long PackageSlowRate { get; init; } = 64 << 10;

    /// <summary>Bytes per second. Slower downloads are aborted. <c>0</c> disables it.</summary>
    public long PackageMinimumRate { get; init; } = 1 << 10;

    /// <summary>
    /// The minimum average rate of a complete download in bytes per second, not counting <see cref="PackageTimeAllowance"/>. If the length
    /// is not known, the received bytes count.
    /// </summary>
    public long PackageAverageRate { get; init; } = 16 << 10;

    /// <summary>The time that a download may take in addition to its length at <see cref="PackageAverageRate"/>.</summary>
    public TimeSpan PackageTimeAllowance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest <c>Retry-After</c> from an origin that Mirror honors.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Consecutive failures after which a host is suspended.</summary>
    public int BreakerFailures { get; init; } = 10;

    /// <summary>How long a host is suspended.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a version list may be refreshed because a requested version is missing from it.</summary>
    public TimeSpan UnknownVersionInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a version list waits for the proof of the highest version that the policy allows.</summary>
    public TimeSpan NewestProofWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum size of a version list.</summary>
    public long MaxVersionList { get; init; } = 32L << 20;

    /// <summary>The maximum size of any other document.</summary>
    public long MaxDocument { get; init; } = 1L << 20;
}

/// <summary>Settings of one origin.</summary>
public sealed record UpstreamHostOptions
{
    /// <summary>The hostname of the origin.</summary>
    /// <value>required</value>
    /// <example><c>registry.example.com</c></example>
    public required ProviderHostname Name { get; init; }

    /// <summary>
    /// The base URL of the provider registry protocol. This setting allows the host, and exempts exactly this scheme, host and port from
    /// the address check. Modules are found through the service discovery of that server.
    /// </summary>
    /// <value>from service discovery</value>
    /// <example><c>https://registry.internal:8443/v1/providers/</c></example>
    public Uri? ProvidersUrl { get; init; }

    /// <summary>
    /// The base URL of a network mirror that is queried instead of the origin, for providers only. Cannot be combined with
    /// <see cref="ProvidersUrl"/>.
    /// </summary>
    /// <example><c>https://mirror.internal/v1/mirror/</c></example>
    public Uri? MirrorUrl { get; init; }

    /// <summary>
    /// The URL of a Git server with modules, or of one of its repositories. Exactly this scheme, host and port may have a private address,
    /// and may use http.
    /// </summary>
    /// <example><c>https://git.internal:8443/</c></example>
    public Uri? GitUrl { get; init; }

    /// <summary>
    /// The software of the Git server, which determines how its archives are requested and how the token is sent. Known for
    /// <c>github.com</c>, <c>gitlab.com</c>, <c>bitbucket.org</c>, <c>codeberg.org</c>, <c>gitea.com</c> and <c>dev.azure.com</c>.
    /// </summary>
    /// <value>unknown: repositories are fetched with <c>git</c></value>
    public ForgeKind? Forge { get; init; }

    /// <summary>Overrides <see cref="UpstreamOptions.Mode"/> for this host.</summary>
    /// <value><c>Mirror:Upstream:Mode</c></value>
    public UpstreamMode? Mode { get; init; }

    /// <summary>
    /// The bearer token for discovery, versions and download documents of this host. A
    /// <see href="security.md#credentials-for-origins">variable</see> of a group or workspace takes precedence.
    /// </summary>
    /// <value><c>TF_TOKEN_&lt;host&gt;</c> in the server's environment</value>
    public string? Token { get; init; }

    /// <summary>
    /// A PEM file with a client certificate, followed by the certificates between it and its authority. Only the server of
    /// <c>ProvidersUrl</c>, <c>MirrorUrl</c> or <c>GitUrl</c>, or otherwise of the hostname, receives it; redirect targets and package hosts do not. The
    /// server reads the files again when they change.
    /// </summary>
    /// <example><c>/etc/mirror/client.pem</c></example>
    public string? ClientCertificatePath { get; init; }

    /// <summary>A PEM file with the unencrypted key of the client certificate.</summary>
    /// <example><c>/etc/mirror/client.key</c></example>
    public string? ClientKeyPath { get; init; }

    /// <summary>The server that receives the client certificate.</summary>
    public Uri ServerUrl => ProvidersUrl ?? MirrorUrl ?? GitUrl ?? new Uri($"https://{Name}/");

    public override string ToString() => Name.Value;
}

/// <summary>
/// Where this instance, as a registry host, finds the providers and modules of a namespace: <c>source =
/// &quot;mirror.example.com/corp/network/aws&quot;</c>. The first matching entry applies, and nothing else is queried. A registry namespace
/// that is published here precedes all entries. See <see href="publishing.md#routes-several-registries-behind-one-address">Routes</see>.
/// </summary>
public sealed record UpstreamRouteOptions
{
    /// <summary>The namespace, or <c>*</c> for all. <c>corp/*</c> is the same as <c>corp</c>.</summary>
    /// <value>required</value>
    /// <example><c>corp</c></example>
    public required string Namespace { get; init; }

    /// <summary>
    /// The origin, which must be allowed, or <c>hosted</c>: only published providers and modules, without querying an origin.
    /// </summary>
    /// <value>required</value>
    /// <example><c>registry.corp.example</c></example>
    public ProviderHostname? Host { get; init; }

    public bool Matches(string @namespace) => Namespace == AnyNamespace || Namespace == @namespace;

    internal const string AnyNamespace = "*";

    internal const string Hosted = "hosted";
}
