using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Mirror.Core.Configuration;

/// <summary>Reads the configuration into <see cref="MirrorOptions"/> and reports all faults together, each by its key.</summary>
public static class MirrorOptionsReader
{
    /// <exception cref="InvalidConfigurationException">The configuration has faults; the exception lists all of them.</exception>
    /// <param name="environment">Gets an environment variable, for the proxies there; null: there are none.</param>
    /// <param name="checkFiles">
    /// Whether certificates and keys must be usable. Commands that only look for the server may not be allowed to read them.
    /// </param>
    public static MirrorOptions Read(
        IConfigurationRoot configuration, Func<string, string?>? environment = null, bool checkFiles = true)
    {
        List<ConfigurationFault> faults = [];
        var reader = new ConfigurationSectionReader(configuration, "Mirror", faults, checkFiles: checkFiles);
        var options = ReadMirror(reader, environment ?? (_ => null));
        if (options.Listen.Https is null && options.Tls.ClientCertificates != ClientCertificatePolicy.Off)
        {
            reader.Fault("Tls:ClientCertificates", "is set, but Mirror:Listen:Https is empty; expected an HTTPS listener, or Off");
        }

        HostedOptionsReader.Check(reader, options);
        reader.ReportUnknown();
        LogLevels.Check(configuration.GetSection("Logging"), faults);
        return faults.Count == 0 ? options : throw new InvalidConfigurationException(faults);
    }

    /// <summary>Every key that <see cref="Read"/> accepts, in the order in which it reads them.</summary>
    /// <param name="empty">A configuration without values.</param>
    public static IReadOnlyList<ConfigurationKey> Describe(IConfigurationRoot empty)
    {
        var keys = new OrderedDictionary<string, ConfigurationKey>(StringComparer.Ordinal);
        ReadMirror(new ConfigurationSectionReader(empty, "Mirror", [], keys), _ => null);
        return [.. keys.Values];
    }

    private const string PostgreSqlExample = "such as 'Host=db.example.com;Database=mirror;Username=mirror;Password=…'";

    private static DatabaseOptions ReadDatabase(ConfigurationSectionReader section)
    {
        var provider = section.Choice("Provider", DatabaseProvider.Sqlite);
        return new DatabaseOptions
        {
            Provider = provider,
            ConnectionString = section.Parsed(
                "ConnectionString",
                text => ParseConnectionString(text, provider),
                "connection string",
                isRequired: provider == DatabaseProvider.PostgreSql),
        };
    }

    private static PackagesOptions ReadPackages(ConfigurationSectionReader section)
    {
        var defaults = new PackagesOptions();
        var store = section.Choice("Store", defaults.Store);
        return new PackagesOptions
        {
            Store = store,
            LinkLifetime = section.Duration("LinkLifetime", defaults.LinkLifetime, TimeSpan.FromMinutes(1)),
            MaxPackageSize = section.Size("MaxPackageSize", defaults.MaxPackageSize, 1),
            Quota = section.OptionalSize("Quota"),
            MinimumFreeSpace = section.Size("MinimumFreeSpace", defaults.MinimumFreeSpace),
            LocalCache = ReadLocalCache(section, store),
            KeepUnused = section.OptionalDuration("KeepUnused", TimeSpan.FromHours(1)),
            OrphanGrace = section.Duration("OrphanGrace", defaults.OrphanGrace),
            ScrubInterval = section.Duration("ScrubInterval", defaults.ScrubInterval),
            S3 = section.Section("S3", s3 => ObjectStoreOptionsReader.ReadS3(s3, store == PackageStoreKind.S3))!,
            AzureBlob = section.Section("AzureBlob", azure => ObjectStoreOptionsReader.ReadAzureBlob(azure, store == PackageStoreKind.AzureBlob))!,
            GoogleCloud = section.Section("GoogleCloud", google => ObjectStoreOptionsReader.ReadGoogleCloud(google, store == PackageStoreKind.GoogleCloud))!,
        };
    }

    private static long? ReadLocalCache(ConfigurationSectionReader section, PackageStoreKind store)
    {
        long? capacity = section.OptionalSize("LocalCache");
        if (capacity is not null && store == PackageStoreKind.FileSystem)
        {
            section.Fault("LocalCache", "is set, but Mirror:Packages:Store is FileSystem, which needs no cache; expected another store, or no value");
        }

        return capacity;
    }

    /// <summary>Whether a text is a connection string for this kind of database.</summary>
    public static bool IsConnectionString(string text, DatabaseProvider provider)
    {
        try
        {
            ParseConnectionString(text, provider);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <exception cref="FormatException">It is not one; the message does not contain it, because it can contain a password.</exception>
    private static string ParseConnectionString(string text, DatabaseProvider provider)
    {
        try
        {
            if (provider == DatabaseProvider.PostgreSql)
            {
                return new NpgsqlConnectionStringBuilder(text) is { Host: not null, Database: not null }
                    ? text
                    : throw new FormatException($"names no server or no database; expected one {PostgreSqlExample}");
            }

            return new SqliteConnectionStringBuilder(text).DataSource.Length > 0 ? text : throw new FormatException("It names no file.");
        }
        // Npgsql throws the second one for an unknown keyword without a value.
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or InvalidCastException || (e is FormatException && provider == DatabaseProvider.Sqlite))
        {
            throw new FormatException(
                provider == DatabaseProvider.PostgreSql
                    ? $"is not a PostgreSQL connection string; expected one {PostgreSqlExample}"
                    : "is not a SQLite connection string; expected one such as 'Data Source=/var/lib/mirror/mirror.db'",
                e);
        }
    }

    private static Uri? ReadPublicUrl(ConfigurationSectionReader mirror)
    {
        var url = mirror.OptionalUrl("PublicUrl", "https", "http");
        if (url is not null && PathPrefix.Parse(url.AbsolutePath) is null)
        {
            mirror.Fault("PublicUrl", $"the path '{url.AbsolutePath}' is not usable; expected {PathPrefix.Expected}");
        }

        return url;
    }

    private static MirrorOptions ReadMirror(ConfigurationSectionReader mirror, Func<string, string?> environment)
    {
        var defaults = new MirrorOptions { DataDirectory = "./data" };
        return new MirrorOptions
        {
            DataDirectory = Path.GetFullPath(mirror.Text("DataDirectory", "path", defaults.DataDirectory)),
            PublicUrl = ReadPublicUrl(mirror),
            Listen = mirror.Section("Listen", ListenOptionsReader.ReadListen)!,
            Tls = mirror.Section("Tls", ListenOptionsReader.ReadTls)!,
            Database = mirror.Section("Database", ReadDatabase)!,
            Packages = mirror.Section("Packages", ReadPackages)!,
            Upstream = mirror.Section("Upstream", upstream => UpstreamOptionsReader.Read(upstream, environment))!,
            Auth = mirror.Section("Auth", AuthOptionsReader.Read)!,
            Protocols = mirror.Section("Protocols", section => new ProtocolsOptions
            {
                NetworkMirror = section.Boolean("NetworkMirror", defaults.Protocols.NetworkMirror),
                SignedPassThrough = section.Boolean("SignedPassThrough", defaults.Protocols.SignedPassThrough),
                Registry = section.Boolean("Registry", defaults.Protocols.Registry),
                Oci = section.Boolean("Oci", defaults.Protocols.Oci),
            })!,
            Hosted = mirror.Section("Hosted", section => new HostedOptions
            {
                Hostnames = UpstreamOptionsReader.ReadHostnames(section, "Hostnames"),
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
            Limits = mirror.Section("Limits", LimitsOptionsReader.Read)!,
            Shutdown = mirror.Section("Shutdown", section => new ShutdownOptions
            {
                Delay = section.Duration("Delay", defaults.Shutdown.Delay),
                Timeout = section.Duration("Timeout", defaults.Shutdown.Timeout),
            })!,
            Trust = mirror.Sections("Trust", TrustOptionsReader.Read),
            Sync = mirror.Sections("Sync", SyncOptionsReader.Read),
            TrustedProxies = ListenOptionsReader.ReadProxies(mirror),
        };
    }
}
