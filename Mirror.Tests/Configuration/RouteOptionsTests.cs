using Microsoft.Extensions.Configuration;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

public sealed class RouteOptionsTests
{
    [Fact]
    public void Routes_OfEachForm_AreRead()
    {
        var options = Read(
            ("PublicUrl", "https://mirror.example.com:8443"),
            ("Hosted:Hostnames:0", "terraform.example.com"),
            ("Upstream:Routes:0:Namespace", "Acme/*"),
            ("Upstream:Routes:0:Host", "Hosted"),
            ("Upstream:Routes:1:Namespace", "my_corp"),
            ("Upstream:Routes:1:Host", "Registry.Corp.example"),
            ("Upstream:Routes:2:Namespace", "*"),
            ("Upstream:Routes:2:Host", "registry.terraform.io"));

        Assert.Equal(
            [("acme", null), ("my_corp", "registry.corp.example"), ("*", "registry.terraform.io")],
            options.Upstream.Routes.Select(route => (route.Namespace, route.Host?.Value)));
        Assert.Equal("mirror.example.com:8443", options.OwnHostname?.Value);
        Assert.True(options.IsOwn(ProviderHostname.Parse("terraform.example.com")));
        Assert.False(options.IsOwn(ProviderHostname.Parse("mirror.example.com")));
    }

    [Theory]
    [InlineData("https://mirror.example.com", "mirror.example.com")]
    [InlineData("https://MIRROR.example.com:443/tools", "mirror.example.com")]
    [InlineData("http://localhost:5080", "localhost:5080")]
    [InlineData("https://bücher.example", "xn--bcher-kva.example")]
    [InlineData("https://mirror", null)]
    public void OwnHostname_OfAPublicUrl_IsItsHostAndPort(string url, string? expected) =>
        Assert.Equal(expected, Read(("PublicUrl", url)).OwnHostname?.Value);

    [Theory]
    [InlineData("Upstream:Routes:0:Namespace", "'a.b' is not a namespace", "Upstream:Routes:0:Namespace=a.b", "Upstream:Routes:0:Host=example.com")]
    [InlineData("Upstream:Routes:0:Namespace", "'a/b/*' is not a namespace", "Upstream:Routes:0:Namespace=a/b/*", "Upstream:Routes:0:Host=example.com")]
    [InlineData("Upstream:Routes:0:Namespace", "'*/*' is not a namespace", "Upstream:Routes:0:Namespace=*/*", "Upstream:Routes:0:Host=example.com")]
    [InlineData("Upstream:Routes:0:Namespace", "is missing", "Upstream:Routes:0:Host=example.com")]
    [InlineData("Upstream:Routes:0:Host", "is missing", "Upstream:Routes:0:Namespace=acme")]
    [InlineData("Upstream:Routes:0:Host", "'here' is not a hostname", "Upstream:Routes:0:Namespace=acme", "Upstream:Routes:0:Host=here")]
    [InlineData(
        "Upstream:Routes",
        "'acme' more than once",
        "Upstream:Routes:0:Namespace=acme",
        "Upstream:Routes:0:Host=example.com",
        "Upstream:Routes:1:Namespace=ACME/*",
        "Upstream:Routes:1:Host=other.example.com")]
    [InlineData(
        "Upstream:Routes",
        "entries after '*'",
        "Upstream:Routes:0:Namespace=*",
        "Upstream:Routes:0:Host=example.com",
        "Upstream:Routes:1:Namespace=acme",
        "Upstream:Routes:1:Host=example.com")]
    [InlineData("Upstream:Routes", "needs Mirror:PublicUrl", "Upstream:Routes:0:Namespace=acme", "Upstream:Routes:0:Host=hosted")]
    [InlineData("Hosted:Hostnames", "needs Mirror:PublicUrl", "Hosted:Hostnames=old.example.com")]
    [InlineData("Hosted:Hostnames", "'*' is not a hostname", "Hosted:Hostnames=*")]
    [InlineData(
        "Upstream:Routes",
        "mirror.example.com; expected 'hosted'",
        "PublicUrl=https://mirror.example.com",
        "Upstream:Routes:0:Namespace=acme",
        "Upstream:Routes:0:Host=mirror.example.com")]
    [InlineData("Upstream:DefaultHost", "itself", "PublicUrl=https://mirror.example.com", "Upstream:DefaultHost=mirror.example.com")]
    [InlineData(
        "Upstream:Hosts",
        "old.example.com, which is never queried",
        "PublicUrl=https://mirror.example.com",
        "Hosted:Hostnames=old.example.com",
        "Upstream:Hosts:0:Name=old.example.com")]
    public void Setting_ThatContradictsAnother_IsAFaultOfItsKey(string key, string problem, params string[] settings)
    {
        var fault = Assert.Single(Assert.Throws<InvalidConfigurationException>(
            () => Read([.. settings.Select(setting => setting.Split('=', 2)).Select(parts => (parts[0], parts[1]))])).Faults);

        Assert.Equal("Mirror:" + key, fault.Key);
        Assert.Contains(problem, fault.Problem, StringComparison.Ordinal);
    }

    private static MirrorOptions Read(params (string Key, string Value)[] settings) => MirrorOptionsReader.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(item => KeyValuePair.Create("Mirror:" + item.Key, (string?)item.Value)))
            .Build());
}
