using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Upstream</c>.</summary>
internal static class UpstreamOptionsReader
{
    public static UpstreamOptions Read(ConfigurationSectionReader upstream, Func<string, string?> environment)
    {
        var defaults = new UpstreamOptions();
        var allowed = ReadHostnames(upstream, "AllowedHosts", out bool any);
        var hosts = upstream.Sections("Hosts", ReadHost);
        foreach (var repeated in hosts.GroupBy(host => host.Name).Where(group => group.Count() > 1))
        {
            upstream.Fault("Hosts", $"names '{repeated.Key}' more than once; expected one entry per host");
        }

        return new UpstreamOptions
        {
            Mode = upstream.Choice("Mode", defaults.Mode),
            AllowedHosts = allowed ?? defaults.AllowedHosts,
            AllowAnyHost = any,
            VersionsTtl = upstream.Duration("VersionsTtl", defaults.VersionsTtl),
            NegativeTtl = upstream.Duration("NegativeTtl", defaults.NegativeTtl),
            CacheSize = upstream.Size("CacheSize", defaults.CacheSize),
            Proxy = ProxyOptionsReader.Read(upstream, environment),
            AuthoritiesPath = ReadAuthorities(upstream),
            DefaultHost = ReadHostname(upstream, "DefaultHost") ?? defaults.DefaultHost,
            Routes = ReadRoutes(upstream),
            Hosts = hosts,
            Limits = upstream.Section("Limits", ReadLimits)!,
        };
    }

    private static string? ReadAuthorities(ConfigurationSectionReader upstream)
    {
        string? path = upstream.OptionalText("AuthoritiesPath", "path");
        if (path is not null)
        {
            upstream.CheckFiles(() => CertificateFiles.ParseCertificates(PemFile.ReadAll(upstream.Key("AuthoritiesPath"), path)));
        }

        return path;
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
            SlowFillsPerHost = limits.Count("SlowFillsPerHost", defaults.SlowFillsPerHost, minimum: 0),
            PackageRateInterval = limits.Duration("PackageRateInterval", defaults.PackageRateInterval, TimeSpan.FromSeconds(1)),
            PackageSlowRate = limits.Size("PackageSlowRate", defaults.PackageSlowRate),
            PackageMinimumRate = limits.Size("PackageMinimumRate", defaults.PackageMinimumRate),
            PackageAverageRate = limits.Size("PackageAverageRate", defaults.PackageAverageRate, 1),
            PackageTimeAllowance = limits.Duration("PackageTimeAllowance", defaults.PackageTimeAllowance),
            MaxRetryAfter = limits.Duration("MaxRetryAfter", defaults.MaxRetryAfter),
            BreakerFailures = limits.Count("BreakerFailures", defaults.BreakerFailures),
            BreakerPause = limits.Duration("BreakerPause", defaults.BreakerPause),
            UnknownVersionInterval = limits.Duration("UnknownVersionInterval", defaults.UnknownVersionInterval),
            NewestProofWait = limits.Duration("NewestProofWait", defaults.NewestProofWait),
            MaxVersionList = limits.Size("MaxVersionList", defaults.MaxVersionList, 1),
            MaxDocument = limits.Size("MaxDocument", defaults.MaxDocument, 1),
        };
    }

    private static UpstreamHostOptions? ReadHost(ConfigurationSectionReader host)
    {
        var name = ReadHostname(host, "Name");
        var providers = BaseUrl(host, "ProvidersUrl");
        var mirror = BaseUrl(host, "MirrorUrl");
        var git = BaseUrl(host, "GitUrl");
        var forge = host.OptionalChoice<ForgeKind>("Forge");
        var mode = host.OptionalChoice<UpstreamMode>("Mode");
        string? token = host.Secret("Token");
        string? certificate = host.OptionalText("ClientCertificatePath", "path");
        string? key = host.OptionalText("ClientKeyPath", "path");
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
            host.Fault("MirrorUrl", "cannot be combined with ProvidersUrl; expected one of them");
        }

        var options = new UpstreamHostOptions
        {
            Name = name,
            ProvidersUrl = providers,
            MirrorUrl = mirror,
            GitUrl = git,
            Forge = forge,
            Mode = mode,
            Token = token,
            ClientCertificatePath = certificate,
            ClientKeyPath = key,
        };
        ListenOptionsReader.CheckPair(host, "ClientCertificatePath", certificate, "ClientKeyPath", key);
        if (certificate is not null && options.ServerUrl.Scheme != Uri.UriSchemeHttps)
        {
            host.Fault("ClientCertificatePath", "is set, but the host is queried over http; expected an https URL");
        }

        return options;
    }

    private static IReadOnlyList<UpstreamRouteOptions> ReadRoutes(ConfigurationSectionReader upstream)
    {
        var routes = upstream.Sections("Routes", ReadRoute);
        foreach (var repeated in routes.GroupBy(route => route.Namespace).Where(group => group.Count() > 1))
        {
            upstream.Fault("Routes", $"names '{repeated.Key}' more than once; expected one entry per namespace");
        }

        if (routes.SkipLast(1).Any(route => route.Namespace == UpstreamRouteOptions.AnyNamespace))
        {
            upstream.Fault("Routes", "has entries after '*', which never apply; expected '*' as the last entry");
        }

        return routes;
    }

    private static UpstreamRouteOptions? ReadRoute(ConfigurationSectionReader route)
    {
        string? name = route.Parsed("Namespace", ParseNamespace, "namespace or `*`", isRequired: true);
        string? host = route.OptionalText("Host", "hostname or `hosted`");
        ProviderHostname? hostname = null;
        bool isHosted = string.Equals(host, UpstreamRouteOptions.Hosted, StringComparison.OrdinalIgnoreCase);
        if (host is null)
        {
            route.Fault("Host", $"is missing; expected a hostname such as 'registry.example.com', or '{UpstreamRouteOptions.Hosted}'");
        }
        else if (!isHosted && !ProviderHostname.TryParse(host, out hostname))
        {
            route.Fault(
                "Host", $"'{host}' is not a hostname; expected one such as 'registry.example.com', or '{UpstreamRouteOptions.Hosted}'");
        }

        return name is not null && (isHosted || hostname is not null)
            ? new UpstreamRouteOptions { Namespace = name, Host = hostname }
            : null;
    }

    /// <summary>Registries compare namespaces without regard to case.</summary>
    private static string ParseNamespace(string text)
    {
        string name = text.EndsWith("/*", StringComparison.Ordinal) ? text[..^2] : text;
        return name == UpstreamRouteOptions.AnyNamespace && text == name
            || ProviderAddress.TryParse($"{name}/any", out _)
            || ModuleAddress.TryParse($"{name}/any/any", out _)
            ? name.ToLowerInvariant()
            : throw new FormatException($"'{text}' is not a namespace; expected one such as 'corp', 'corp/*', or '*' for all");
    }

    /// <summary>A list of hostnames without a default.</summary>
    internal static IReadOnlyList<ProviderHostname> ReadHostnames(ConfigurationSectionReader section, string key)
    {
        var hostnames = ReadHostnames(section, key, out bool any) ?? [];
        if (any)
        {
            section.Fault(key, "'*' is not a hostname; expected one such as 'registry.example.com'");
        }

        return hostnames;
    }

    private static List<ProviderHostname>? ReadHostnames(ConfigurationSectionReader section, string key, out bool any)
    {
        any = false;
        if (section.List(key, "hostnames") is not { } texts)
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

        // An empty list means the default, so that the list cannot be emptied by accident.
        return hostnames.Count == 0 && !any ? null : hostnames;
    }

    private static ProviderHostname? ReadHostname(ConfigurationSectionReader section, string key)
    {
        if (section.OptionalText(key, "hostname") is not { } text)
        {
            return null;
        }

        if (!ProviderHostname.TryParse(text, out var hostname))
        {
            section.Fault(key, $"'{text}' is not a hostname; expected one such as 'registry.terraform.io'");
        }

        return hostname;
    }

    /// <summary>A URL that others are resolved against, with exactly the configured bytes.</summary>
    private static Uri? BaseUrl(ConfigurationSectionReader host, string key) =>
        host.OptionalUrl(key, "https", "http")?.OriginalString is { } text
        && ExactUrl.TryParse(text.EndsWith('/') ? text : text + "/", out var url)
            ? url
            : null;
}
