using Microsoft.Extensions.Configuration;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Xunit;

namespace Mirror.Tests.Configuration;

public sealed class MirrorOptionsReaderTests
{
    [Fact]
    public void Read_EmptyConfiguration_ReturnsTheDefaults()
    {
        var options = Read();

        Assert.Equal(Path.GetFullPath("./data"), options.DataDirectory);
        Assert.Equal(new Uri("http://localhost:5080"), options.Listen.Http);
        Assert.Equal(new Uri("https://localhost:5443"), options.Listen.Https);
        Assert.Equal([ProviderHostname.Default, ProviderHostname.OpenTofu], options.Upstream.AllowedHosts);
        Assert.Equal(TimeSpan.FromMinutes(10), options.Upstream.VersionsTtl);
        Assert.Equal(2L << 30, options.Packages.MaxPackageSize);
        Assert.True(options.Auth.AnonymousRead);
    }

    [Fact]
    public void Read_ValuesOfEveryKind_AreParsed()
    {
        var options = Read(
            ("Upstream:Mode", "offline"),
            ("Upstream:VersionsTtl", "24h"),
            ("Upstream:NegativeTtl", "00:00:30"),
            ("Upstream:CacheSize", "16MB"),
            ("Packages:MaxPackageSize", "1.5GB"),
            ("Auth:AnonymousRead", "False"),
            ("Upstream:Hosts:0:Name", "Registry.Example.com"),
            ("Upstream:Hosts:0:ProvidersUrl", "http://127.0.0.1:9999/v1/providers"),
            ("TrustedProxies:0", "10.0.0.0/8"),
            ("TrustedProxies:1", "::1"));

        Assert.Equal(UpstreamMode.Offline, options.Upstream.Mode);
        Assert.Equal(TimeSpan.FromHours(24), options.Upstream.VersionsTtl);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Upstream.NegativeTtl);
        Assert.Equal(16 << 20, options.Upstream.CacheSize);
        Assert.Equal(3L << 29, options.Packages.MaxPackageSize);
        Assert.False(options.Auth.AnonymousRead);
        var host = Assert.Single(options.Upstream.Hosts);
        Assert.Equal("registry.example.com", host.Name.Value);
        Assert.Equal("http://127.0.0.1:9999/v1/providers/", host.ProvidersUrl?.AbsoluteUri);
        Assert.Equal(["10.0.0.0/8", "::1/128"], options.TrustedProxies.Select(network => network.ToString()));
    }

    [Fact]
    public void Read_SeveralFaults_ReportsEachByItsKey()
    {
        var faults = Faults(
            ("Upstream:Mode", "sometimes"),
            ("Upstream:VersionsTtl", "soon"),
            ("Packages:MaxPackageSize", "big"),
            ("Packages:Quota", "-1"),
            ("Auth:AdminToken", "short"),
            ("Auth:AnonymousRead", "yes"),
            ("Upstream:AllowedHosts:0", "not a host"),
            ("Upstream:Hosts:0:ProvidersUrl", "ftp://example.com"),
            ("TrustedProxies:0", "nowhere"),
            ("Tls:CertificatePath", "/does/not/exist.pem"),
            ("Trust:0:Provider", "aws"),
            ("Trust:0:Fingerprints:0", "34365D94"),
            ("Limits:Connections", "0"),
            ("Limits:ConnectionsPerAdress", "1"),
            ("Limits:RateGrace", "1s"),
            ("Unheard:Of", "1"),
            ("Listen:Htpps", "https://localhost:1"));

        Assert.Equal(
            [
                "Mirror:Auth:AdminToken",
                "Mirror:Auth:AnonymousRead",
                "Mirror:Limits:Connections",
                "Mirror:Limits:ConnectionsPerAdress",
                "Mirror:Limits:RateGrace",
                "Mirror:Listen:Htpps",
                "Mirror:Packages:MaxPackageSize",
                "Mirror:Packages:Quota",
                "Mirror:Tls:CertificatePath",
                "Mirror:Tls:KeyPath",
                "Mirror:Trust:0:Fingerprints",
                "Mirror:Trust:0:Provider",
                "Mirror:TrustedProxies",
                "Mirror:Unheard",
                "Mirror:Upstream:AllowedHosts",
                "Mirror:Upstream:Hosts:0:Name",
                "Mirror:Upstream:Hosts:0:ProvidersUrl",
                "Mirror:Upstream:Mode",
                "Mirror:Upstream:VersionsTtl",
            ],
            faults.Select(fault => fault.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("S3", "S3:Bucket")]
    [InlineData("AzureBlob", "AzureBlob:Container", "AzureBlob:ServiceUrl")]
    [InlineData("GoogleCloud", "GoogleCloud:Bucket")]
    public void Packages_StoreWithoutItsSection_ReportsWhatIsMissing(string store, params string[] missing) =>
        Assert.Equal(missing.Select(key => "Mirror:Packages:" + key), Faults(("Packages:Store", store)).Select(fault => fault.Key).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("S3:ServiceUrl", "minio.example.com")]
    [InlineData("S3:ServiceUrl", "https://user:swordfish@minio.example.com")]
    [InlineData("S3:Region", "eu central")]
    [InlineData("S3:Bucket", "a/b")]
    [InlineData("S3:Prefix", "/mirror")]
    [InlineData("S3:Prefix", "mirror/")]
    [InlineData("S3:Prefix", "a//b")]
    [InlineData("S3:Prefix", "a/../b")]
    [InlineData("S3:ForcePathStyle", "maybe")]
    [InlineData("AzureBlob:Container", "Mirror")]
    [InlineData("AzureBlob:Prefix", "a b")]
    [InlineData("GoogleCloud:Bucket", "x")]
    [InlineData("GoogleCloud:Prefix", "..")]
    public void Packages_FaultOfAnotherStore_IsReportedByItsKey(string key, string value)
    {
        var fault = Assert.Single(Faults(("Packages:" + key, value)));

        Assert.Equal("Mirror:Packages:" + key, fault.Key);
        Assert.DoesNotContain("swordfish", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessKey", "SecretKey")]
    [InlineData("SecretKey", "AccessKey")]
    public void Packages_HalfOfAnAccessKey_IsAFault(string set, string missing)
    {
        var fault = Assert.Single(Faults(("Packages:S3:" + set, "swordfish")));

        Assert.Equal("Mirror:Packages:S3:" + missing, fault.Key);
        Assert.DoesNotContain("swordfish", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("https://minio.example.com", null, true)]
    [InlineData("https://minio.example.com", "false", false)]
    public void Packages_ForcePathStyle_DependsOnTheUrl(string? url, string? set, bool expected)
    {
        var options = Read(("Packages:S3:ServiceUrl", url ?? ""), ("Packages:S3:ForcePathStyle", set ?? ""), ("Packages:S3:SecretKey", "swordfish"), ("Packages:S3:AccessKey", "key"));

        Assert.Equal(expected, options.Packages.S3.ForcePathStyle);
        Assert.DoesNotContain("swordfish", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FaultySecrets_AreNotRepeated()
    {
        var faults = Faults(("Auth:AdminToken", "hunter2"), ("Upstream:Proxy", "http://user:hunter2@proxy.example.com:8080/path"));

        Assert.Equal(2, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://tools.example.com", "")]
    [InlineData("https://tools.example.com/", "")]
    [InlineData("https://tools.example.com/mirror", "/mirror")]
    [InlineData("https://tools.example.com/infra/Mirror_2.0~a-b/", "/infra/Mirror_2.0~a-b")]
    public void Read_PublicUrl_HasItsPathWithoutTheLastSlash(string url, string expected) =>
        Assert.Equal(expected, Read(("PublicUrl", url)).PathPrefix);

    [Theory]
    [InlineData("https://tools.example.com//mirror")]
    [InlineData("https://tools.example.com/mirror//")]
    [InlineData("https://tools.example.com/f%C3%BCr")]
    [InlineData("https://tools.example.com/a;b")]
    [InlineData("https://tools.example.com/registry.terraform.io/")]
    [InlineData("https://tools.example.com/localhost/mirror")]
    public void Read_PublicUrlWithAnotherPath_IsAFaultThatNamesIt(string url)
    {
        var fault = Assert.Single(Faults(("PublicUrl", url)));

        Assert.Equal("Mirror:PublicUrl", fault.Key);
        Assert.Contains($"'{new Uri(url).AbsolutePath}'", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Packages", "/srv/packages", "Packages")]
    [InlineData("Upstream:Hosts", "https://user:hunter2@example.com", "Upstream:Hosts")]
    [InlineData("Listen:Http:Url", "http://localhost:5080", "Listen:Http:Url")]
    [InlineData("Upstream:AllowedHosts:first", "registry.example.com", "Upstream:AllowedHosts:first")]
    [InlineData("PublicUrl", "https://mirror.example.com/?token=hunter2", "PublicUrl")]
    [InlineData("Upstream:Proxy", "http://proxy.example.com:8080/#office", "Upstream:Proxy")]
    [InlineData("Packages:LocalCache", "20GB", "Packages:LocalCache")]
    [InlineData("Database:ConnectionString", "hunter2.db", "Database:ConnectionString")]
    [InlineData("Database:ConnectionString", "File=hunter2.db", "Database:ConnectionString")]
    public void Read_ValueWithoutEffect_IsAFault(string key, string value, string faulty)
    {
        var fault = Assert.Single(Faults((key, value)));

        Assert.Equal("Mirror:" + faulty, fault.Key);
        Assert.DoesNotContain("hunter2", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:0", "http://localhost:0/")]
    [InlineData("http://0.0.0.0:80", "http://0.0.0.0/")]
    [InlineData("http://[::]:8080", "http://[::]:8080/")]
    [InlineData("http://*:8080", "http://[::]:8080/")]
    [InlineData("http://+:8080", "http://[::]:8080/")]
    [InlineData("http://192.0.2.7:8080/", "http://192.0.2.7:8080/")]
    public void Listen_AddressOrLocalhost_IsAccepted(string value, string expected) =>
        Assert.Equal(expected, Read(("Listen:Http", value)).Listen.Http?.AbsoluteUri);

    [Theory]
    [InlineData("https://localhost:5080")]
    [InlineData("http://mirror.example.com:5080")]
    [InlineData("http://localhost:5080/mirror")]
    [InlineData("localhost:5080")]
    [InlineData("5080")]
    public void Listen_AnythingElse_IsAFault(string value) =>
        Assert.Equal("Mirror:Listen:Http", Assert.Single(Faults(("Listen:Http", value))).Key);

    [Fact]
    public void Listen_EmptyValue_IsOff()
    {
        var options = Read(("Listen:Http", ""));

        Assert.Null(options.Listen.Http);
        Assert.NotNull(options.Listen.Https);
        Assert.Equal("Mirror:Listen:Https", Assert.Single(Faults(("Listen:Http", ""), ("Listen:Https", " "))).Key);
    }

    [Fact]
    public void AllowedHosts_InALaterSource_ReplaceTheEarlierList()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                [new("Mirror:Upstream:AllowedHosts:0", "a.example.com"), new("Mirror:Upstream:AllowedHosts:1", "b.example.com")])
            .AddInMemoryCollection([new("Mirror:Upstream:AllowedHosts:0", "c.example.com")])
            .Build();

        Assert.Equal(["c.example.com"], MirrorOptionsReader.Read(configuration).Upstream.AllowedHosts.Select(host => host.Value));
    }

    [Fact]
    public void AllowedHosts_Wildcard_AllowsAnyHost()
    {
        var upstream = Read(("Upstream:AllowedHosts:0", "*")).Upstream;

        Assert.True(upstream.AllowAnyHost);
        Assert.True(ProviderHostname.TryParse("anything.example.com", out var host) && upstream.IsAllowed(host));
    }

    [Fact]
    public void Sync_ValidAndInvalidEntries_AreReadWithTheirFaults()
    {
        var entry = Assert.Single(
            Read(
                ("Sync:0:Provider", "hashicorp/aws"),
                ("Sync:0:Versions", "~> 5.0"),
                ("Sync:0:Platforms", "linux_amd64,darwin_arm64"),
                ("Sync:0:Schedule", "30 3 * * *")).Sync);

        Assert.Equal(
            ("default", "registry.terraform.io/hashicorp/aws", "~> 5.0", 2),
            (entry.Group.Value, entry.Provider.ToString(), entry.Versions!.ToString(), entry.Platforms.Count));
        Assert.Equal(
            ["Mirror:Sync:0:Group", "Mirror:Sync:0:Platforms", "Mirror:Sync:0:Provider", "Mirror:Sync:0:Schedule", "Mirror:Sync:0:Versions"],
            Faults(
                ("Sync:0:Group", "No Group"),
                ("Sync:0:Versions", "new"),
                ("Sync:0:Platforms", "linux"),
                ("Sync:0:Schedule", "daily")).Select(fault => fault.Key).Order());
    }

    [Fact]
    public void Oidc_WithFaults_ReportsEachFault()
    {
        var oidc = Read(
            ("Auth:Oidc:Authority", "https://login.example.com/"),
            ("Auth:Oidc:ClientId", "mirror"),
            ("Auth:Oidc:Scopes", "profile,groups"),
            ("Auth:Oidc:AdminGroups:0", "admins")).Auth.Oidc!;

        Assert.Equal(["openid", "profile", "groups"], oidc.Scopes);
        Assert.Equal(("groups", "admins"), (oidc.GroupsClaim, oidc.AdminGroups.Single()));
        Assert.Null(Read().Auth.Oidc);
        Assert.Equal(
            ["Mirror:Auth:Oidc:Authority", "Mirror:Auth:Oidc:ClientId", "Mirror:Auth:Oidc:Scopes", "Mirror:Auth:Oidc:Tenant"],
            Faults(
                ("Auth:Oidc:Authority", "http://login.example.com"),
                ("Auth:Oidc:Scopes:0", "openid profile"),
                ("Auth:Oidc:Tenant", "x")).Select(fault => fault.Key).Order());
        Assert.Equal(
            "Mirror:Auth:Oidc:Authority", Assert.Single(Faults(("Auth:Oidc:ClientId", "mirror"), ("Auth:Oidc:ClientSecret", "hush"))).Key);
    }

    [Fact]
    public void Oidc_ForEntraId_RequiresOneTenantAndOneClientCredential()
    {
        var entra = Read(
            ("Auth:Oidc:Provider", "EntraId"),
            ("Auth:Oidc:TenantId", "contoso.onmicrosoft.com"),
            ("Auth:Oidc:ClientId", "mirror"),
            ("Auth:Oidc:ClientSecret", "hush")).Auth.Oidc!;

        Assert.Equal((OidcProvider.EntraId, new Uri("https://login.microsoftonline.com/")), (entra.Provider, entra.Authority));
        Assert.Equal(["openid", "profile", "email", "User.Read"], entra.Scopes);
        var national = Read(
            ("Auth:Oidc:Provider", "EntraId"),
            ("Auth:Oidc:Authority", "https://login.microsoftonline.us/contoso.us/v2.0"),
            ("Auth:Oidc:ClientId", "mirror"),
            ("Auth:Oidc:ClientSecret", "hush")).Auth.Oidc!;
        Assert.Equal((new Uri("https://login.microsoftonline.us/"), "contoso.us"), (national.Authority, national.TenantId));
        Assert.Equal(
            ["Mirror:Auth:Oidc:ClientId", "Mirror:Auth:Oidc:ClientSecret", "Mirror:Auth:Oidc:TenantId"],
            Faults(("Auth:Oidc:Provider", "EntraId")).Select(fault => fault.Key).Order());
        Assert.Equal(
            ["Mirror:Auth:Oidc:Authority", "Mirror:Auth:Oidc:ClientCertificatePath", "Mirror:Auth:Oidc:TenantId"],
            Faults(
                ("Auth:Oidc:Provider", "EntraId"), ("Auth:Oidc:TenantId", "common"), (
                    "Auth:Oidc:Authority", "https://login.microsoftonline.us/contoso.us/v2.0"), ("Auth:Oidc:ClientId", "mirror"),
                ("Auth:Oidc:ClientSecret", "hush"), ("Auth:Oidc:ClientCertificatePath", "client.pem")).Select(fault => fault.Key).Order());
        Assert.Equal(
            ["Mirror:Auth:Oidc:ClientCertificatePath", "Mirror:Auth:Oidc:TenantId"],
            Faults(
                ("Auth:Oidc:Authority", "https://id.example.com"),
                ("Auth:Oidc:ClientId", "mirror"),
                ("Auth:Oidc:TenantId", "contoso.com"),
                ("Auth:Oidc:ClientCertificatePath", "client.pem")).Select(fault => fault.Key).Order());
        Assert.Equal(
            "Mirror:Auth:Oidc:Provider",
            Assert.Single(
                Faults(
                    ("Auth:Oidc:Provider", "Entra"),
                    ("Auth:Oidc:Authority", "https://id.example.com"),
                    ("Auth:Oidc:ClientId", "mirror"))).Key);
    }

    private static MirrorOptions Read(params (string Key, string Value)[] values) =>
        MirrorOptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => new KeyValuePair<string, string?>("Mirror:" + value.Key, value.Value)))
            .Build());

    private static IReadOnlyList<ConfigurationFault> Faults(params (string Key, string Value)[] values) =>
        Assert.Throws<InvalidConfigurationException>(() => Read(values)).Faults;
}
