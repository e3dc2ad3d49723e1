using System.Net;
using Microsoft.Extensions.Configuration;
using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>Turns the configuration into <see cref="MirrorOptions"/>, reporting every fault at once by its key.</summary>
public static class MirrorOptionsReader
{
    /// <exception cref="InvalidConfigurationException">Something is not valid; it names all of it.</exception>
    public static MirrorOptions Read(IConfigurationRoot configuration)
    {
        List<ConfigurationFault> faults = [];
        var reader = new ConfigurationSectionReader(configuration, "Mirror", faults);
        var options = ReadMirror(reader);
        reader.ReportUnknown();
        return faults.Count == 0 ? options : throw new InvalidConfigurationException(faults);
    }

    private static MirrorOptions ReadMirror(ConfigurationSectionReader mirror)
    {
        var defaults = new MirrorOptions { DataDirectory = "./data" };
        return new MirrorOptions
        {
            DataDirectory = Path.GetFullPath(mirror.Text("DataDirectory", defaults.DataDirectory)),
            PublicUrl = mirror.OptionalUrl("PublicUrl", "https", "http"),
            Listen = mirror.Section("Listen", ReadListen)!,
            Tls = mirror.Section("Tls", ReadTls)!,
            Database = mirror.Section("Database", section => new DatabaseOptions
            {
                Provider = section.Choice("Provider", defaults.Database.Provider),
                ConnectionString = section.OptionalText("ConnectionString"),
            })!,
            Packages = mirror.Section("Packages", section => new PackagesOptions
            {
                Store = section.Choice("Store", defaults.Packages.Store),
                LinkLifetime = section.Duration("LinkLifetime", defaults.Packages.LinkLifetime, TimeSpan.FromMinutes(1)),
                MaxPackageSize = section.Size("MaxPackageSize", defaults.Packages.MaxPackageSize, 1),
                Quota = section.OptionalSize("Quota"),
                MinimumFreeSpace = section.Size("MinimumFreeSpace", defaults.Packages.MinimumFreeSpace),
                ScrubInterval = section.Duration("ScrubInterval", defaults.Packages.ScrubInterval),
            })!,
            Upstream = mirror.Section("Upstream", ReadUpstream)!,
            Auth = mirror.Section("Auth", ReadAuth)!,
            Protocols = mirror.Section("Protocols", section => new ProtocolsOptions
            {
                NetworkMirror = section.Boolean("NetworkMirror", defaults.Protocols.NetworkMirror),
                SignedPassThrough = section.Boolean("SignedPassThrough", defaults.Protocols.SignedPassThrough),
                Registry = section.Boolean("Registry", defaults.Protocols.Registry),
            })!,
            Audit = mirror.Section("Audit", section => new AuditOptions
            {
                Retention = section.Duration("Retention", defaults.Audit.Retention, TimeSpan.FromHours(1)),
            })!,
            RateLimit = mirror.Section("RateLimit", section => new RateLimitOptions
            {
                PerAddress = section.Count("PerAddress", defaults.RateLimit.PerAddress, 0, 1_000_000),
                PerPrincipal = section.Count("PerPrincipal", defaults.RateLimit.PerPrincipal, 0, 1_000_000),
                Burst = section.Count("Burst", defaults.RateLimit.Burst, 1, 10_000_000),
                FailuresPerMinute = section.Count("FailuresPerMinute", defaults.RateLimit.FailuresPerMinute, 0, 1_000_000),
            })!,
            Trust = mirror.Sections("Trust", ReadTrust),
            Sync = mirror.Sections("Sync", ReadSync),
            TrustedProxies = ReadProxies(mirror),
        };
    }

    private static ListenOptions ReadListen(ConfigurationSectionReader listen)
    {
        var defaults = new ListenOptions();
        var options = new ListenOptions
        {
            Http = listen.ListenUrl("Http", defaults.Http!, "http"),
            Https = listen.ListenUrl("Https", defaults.Https!, "https"),
        };
        if (options.Http is null && options.Https is null)
        {
            listen.Fault("Https", "and Mirror:Listen:Http are both empty; expected at least one address to listen on");
        }

        return options;
    }

    private static TlsOptions ReadTls(ConfigurationSectionReader tls)
    {
        var options = new TlsOptions { CertificatePath = tls.OptionalText("CertificatePath"), KeyPath = tls.OptionalText("KeyPath") };
        foreach (var (key, path) in new[] { ("CertificatePath", options.CertificatePath), ("KeyPath", options.KeyPath) })
        {
            if (path is not null && !File.Exists(path))
            {
                tls.Fault(key, $"'{path}' does not exist; expected a PEM file");
            }
        }

        if (options.CertificatePath is null != options.KeyPath is null)
        {
            string missing = options.CertificatePath is null ? "CertificatePath" : "KeyPath";
            tls.Fault(missing, "is missing; expected both a certificate and its key, or neither");
        }

        return options;
    }

    private static AuthOptions ReadAuth(ConfigurationSectionReader auth)
    {
        var options = new AuthOptions
        {
            AnonymousRead = auth.Boolean("AnonymousRead", true),
            AdminToken = auth.OptionalText("AdminToken"),
            WorkloadIssuers = ReadIssuers(auth),
            Oidc = auth.Section("Oidc", OidcOptionsReader.Read),
        };
        if (options.AdminToken is { Length: < 16 })
        {
            auth.Fault("AdminToken", $"has {options.AdminToken.Length} characters; expected at least 16");
        }

        return options;
    }

    private static List<Uri> ReadIssuers(ConfigurationSectionReader auth)
    {
        var issuers = new List<Uri>();
        foreach (string text in auth.List("WorkloadIssuers") ?? [])
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            {
                issuers.Add(url);
            }
            else
            {
                auth.Fault("WorkloadIssuers", $"'{text}' is not valid; expected the URL of an issuer, such as https://gitlab.example.com");
            }
        }

        return issuers;
    }

    private static UpstreamOptions ReadUpstream(ConfigurationSectionReader upstream)
    {
        var defaults = new UpstreamOptions();
        var allowed = ReadHostnames(upstream, "AllowedHosts", out bool any);
        var hosts = upstream.Sections("Hosts", ReadHost);
        foreach (var repeated in hosts.GroupBy(host => host.Name).Where(group => group.Count() > 1))
        {
            upstream.Fault("Hosts", $"names '{repeated.Key}' more than once; expected one entry a host");
        }

        return new UpstreamOptions
        {
            Mode = upstream.Choice("Mode", defaults.Mode),
            AllowedHosts = allowed ?? defaults.AllowedHosts,
            AllowAnyHost = any,
            VersionsTtl = upstream.Duration("VersionsTtl", defaults.VersionsTtl),
            NegativeTtl = upstream.Duration("NegativeTtl", defaults.NegativeTtl),
            CacheSize = upstream.Size("CacheSize", defaults.CacheSize),
            Proxy = upstream.OptionalUrl("Proxy", "http", "https"),
            DefaultHost = ReadHostname(upstream, "DefaultHost") ?? defaults.DefaultHost,
            Hosts = hosts,
            Limits = upstream.Section("Limits", ReadLimits)!,
        };
    }

    private static UpstreamLimits ReadLimits(ConfigurationSectionReader limits)
    {
        var defaults = new UpstreamLimits();
        var tick = TimeSpan.FromMilliseconds(1);
        return new UpstreamLimits
        {
            DocumentDeadline = limits.Duration("DocumentDeadline", defaults.DocumentDeadline, tick),
            ConnectTimeout = limits.Duration("ConnectTimeout", defaults.ConnectTimeout, tick),
            DocumentAttempts = limits.Count("DocumentAttempts", defaults.DocumentAttempts),
            PackageIdleTimeout = limits.Duration("PackageIdleTimeout", defaults.PackageIdleTimeout, tick),
            PackageAttempts = limits.Count("PackageAttempts", defaults.PackageAttempts),
            FillsPerHost = limits.Count("FillsPerHost", defaults.FillsPerHost),
            MaxRetryAfter = limits.Duration("MaxRetryAfter", defaults.MaxRetryAfter),
            BreakerFailures = limits.Count("BreakerFailures", defaults.BreakerFailures),
            BreakerPause = limits.Duration("BreakerPause", defaults.BreakerPause),
            UnknownVersionInterval = limits.Duration("UnknownVersionInterval", defaults.UnknownVersionInterval),
            MaxVersionList = limits.Size("MaxVersionList", defaults.MaxVersionList, 1),
            MaxDocument = limits.Size("MaxDocument", defaults.MaxDocument, 1),
        };
    }

    private static UpstreamHostOptions? ReadHost(ConfigurationSectionReader host)
    {
        var name = ReadHostname(host, "Name");
        var providers = host.OptionalUrl("ProvidersUrl", "https", "http");
        var mirror = host.OptionalUrl("MirrorUrl", "https", "http");
        var mode = host.OptionalChoice<UpstreamMode>("Mode");
        string? token = host.OptionalText("Token");
        if (name is null)
        {
            if (host.OptionalText("Name") is null)
            {
                host.Fault("Name", "is missing; expected a hostname such as 'registry.terraform.io'");
            }

            return null;
        }

        if (providers is not null && mirror is not null)
        {
            host.Fault("MirrorUrl", "and ProvidersUrl are both set; expected one of them");
        }

        return new UpstreamHostOptions { Name = name, ProvidersUrl = WithSlash(providers), MirrorUrl = WithSlash(mirror), Mode = mode, Token = token };
    }

    private static TrustOptions? ReadTrust(ConfigurationSectionReader trust)
    {
        string? provider = trust.OptionalText("Provider");
        var fingerprints = trust.List("Fingerprints") ?? [];
        var newKeys = trust.Choice("NewKeys", NewKeys.Accept);
        var cleaned = new List<string>();
        foreach (string fingerprint in fingerprints)
        {
            string hex = fingerprint.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
            if (hex.Length != 40 || !hex.All(char.IsAsciiHexDigit))
            {
                trust.Fault("Fingerprints", $"'{fingerprint}' is not a key fingerprint; expected 40 hexadecimal digits");
            }

            cleaned.Add(hex);
        }

        if (!ProviderPattern.TryParse(provider, out var pattern))
        {
            trust.Fault("Provider", $"'{provider}' is not valid; expected 'namespace/type' or 'hostname/namespace/type', each a name or '*'");
            return null;
        }

        return new TrustOptions { Provider = pattern.ToString(), Fingerprints = cleaned, NewKeys = newKeys };
    }

    private static SyncOptions? ReadSync(ConfigurationSectionReader sync)
    {
        var group = sync.Parsed("Group", NamespacePath.Parse) ?? NamespacePath.Default;
        var provider = sync.Parsed("Provider", ProviderAddress.Parse, isRequired: true);
        var versions = sync.Parsed("Versions", VersionConstraint.Parse);
        var schedule = sync.Parsed("Schedule", text => Schedule.TryParse(text, out var parsed)
            ? parsed
            : throw new FormatException($"'{text}' is not a schedule; expected an interval such as 6h, or five cron fields such as '30 3 * * *' (UTC)."), isRequired: true);
        var platforms = new List<Platform>();
        foreach (string text in sync.List("Platforms") ?? [])
        {
            if (Platform.TryParse(text, out var platform))
            {
                platforms.Add(platform);
            }
            else
            {
                sync.Fault("Platforms", $"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'");
            }
        }

        return provider is null || schedule is null ? null : new SyncOptions(group, provider, versions, platforms, schedule);
    }

    private static List<IPNetwork> ReadProxies(ConfigurationSectionReader mirror)
    {
        var networks = new List<IPNetwork>();
        foreach (string text in mirror.List("TrustedProxies") ?? [])
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                mirror.Fault("TrustedProxies", $"'{text}' is not valid; expected an address or a network such as 10.0.0.0/8");
            }
        }

        return networks;
    }

    private static List<ProviderHostname>? ReadHostnames(ConfigurationSectionReader section, string key, out bool any)
    {
        any = false;
        if (section.List(key) is not { } texts)
        {
            return null;
        }

        var hostnames = new List<ProviderHostname>();
        foreach (string text in texts)
        {
            if (text == "*")
            {
                any = true;
            }
            else if (ProviderHostname.TryParse(text, out var hostname))
            {
                hostnames.Add(hostname);
            }
            else
            {
                section.Fault(key, $"'{text}' is not a hostname; expected one such as 'registry.terraform.io', or '*'");
            }
        }

        // An empty list means the default (DESIGN §5 item 2), so that it cannot be emptied by accident.
        return hostnames.Count == 0 && !any ? null : hostnames;
    }

    private static ProviderHostname? ReadHostname(ConfigurationSectionReader section, string key)
    {
        if (section.OptionalText(key) is not { } text)
        {
            return null;
        }

        if (!ProviderHostname.TryParse(text, out var hostname))
        {
            section.Fault(key, $"'{text}' is not a hostname; expected one such as 'registry.terraform.io'");
        }

        return hostname;
    }

    private static Uri? WithSlash(Uri? url) =>
        url is null || url.AbsolutePath.EndsWith('/') ? url : new UriBuilder(url) { Path = url.AbsolutePath + "/" }.Uri;
}
