using Microsoft.Extensions.Configuration;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

public sealed class ProxyOptionsTests
{
    [Theory]
    [InlineData("*", "https://a.example.com/", true)]
    [InlineData("example.com", "https://example.com/", true)]
    [InlineData("example.com", "https://a.EXAMPLE.com/", true)]
    [InlineData("example.com", "https://notexample.com/", false)]
    [InlineData(".example.com", "https://a.example.com/", true)]
    [InlineData("*.example.com", "https://a.example.com/", true)]
    [InlineData("example.com:8443", "https://example.com:8443/", true)]
    [InlineData("example.com:8443", "https://example.com/", false)]
    [InlineData("10.0.0.0/8", "https://10.1.2.3/", true)]
    [InlineData("10.0.0.0/8", "https://11.1.2.3/", false)]
    [InlineData("10.0.0.0/8", "https://a.example.com/", false)]
    [InlineData("192.0.2.1", "https://192.0.2.1:99/", true)]
    [InlineData("192.0.2.1:99", "https://192.0.2.1/", false)]
    [InlineData("2001:db8::1", "https://[2001:db8::1]/", true)]
    [InlineData("[2001:db8::1]:443", "https://[2001:db8::1]/", true)]
    [InlineData("2001:db8::/32", "https://[2001:db8::1]/", true)]
    public void Bypass_MatchesAsInNoProxy(string text, string url, bool expected)
    {
        Assert.True(ProxyBypass.TryParse(text, out var bypass));
        Assert.Equal(expected, bypass!.Matches(new Uri(url)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("example.com:0")]
    [InlineData("example.com:99999")]
    [InlineData("http://example.com")]
    [InlineData(".")]
    [InlineData(":")]
    public void Bypass_Invalid_IsAFault(string text) =>
        Assert.Equal(
            "Mirror:Upstream:ProxyBypass",
            Assert.Single(Assert.Throws<InvalidConfigurationException>(() => Read(new() { ["Mirror:Upstream:ProxyBypass"] = text })).Faults).Key);

    [Fact]
    public void Environment_NamesAProxyPerScheme_AndUpperCaseFirst()
    {
        var proxies = Read([], new()
        {
            ["https_proxy"] = "lower:1",
            ["HTTPS_PROXY"] = "https://user:p%40ss@secure.example.com:8443",
            ["http_proxy"] = "plain.example.com",
            ["NO_PROXY"] = "internal.example.com, 10.0.0.0/8",
        });

        Assert.Equal("https://secure.example.com:8443/", proxies.Find(new Uri("https://a.example.net"))!.Url.AbsoluteUri);
        Assert.Equal(("user", "p@ss"), (proxies.Https!.Credential!.UserName, proxies.Https.Credential.Password));
        Assert.Equal("http://plain.example.com/", proxies.Find(new Uri("http://a.example.net"))!.Url.AbsoluteUri);
        Assert.Null(proxies.Find(new Uri("https://b.internal.example.com")));
        Assert.Null(proxies.Find(new Uri("https://localhost:8443")));
        Assert.True(proxies.ChecksNames);
        Assert.Contains("HTTPS_PROXY", $"{proxies}", StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", $"{proxies}", StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", $"{proxies}", StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_ReplacesTheEnvironment()
    {
        var proxies = Read(
            new() { ["Mirror:Upstream:Proxy"] = "http://proxy:3128", ["Mirror:Upstream:ProxyBypass:0"] = "direct.example.com" },
            new() { ["HTTPS_PROXY"] = "http://other:1", ["NO_PROXY"] = "*" });

        Assert.Equal("http://proxy:3128/", proxies.Find(new Uri("https://a.example.com"))!.Url.AbsoluteUri);
        Assert.Null(proxies.Find(new Uri("https://direct.example.com")));
        Assert.False(proxies.ChecksNames);
    }

    [Theory]
    [InlineData("socks5://user:secret@proxy:1080")]
    [InlineData("http://user:secret@with@at:1")]
    [InlineData("http://user:secret@proxy/path")]
    public void Proxy_Invalid_IsAFaultWithoutItsPassword(string text)
    {
        var configured = Assert.Single(
            Assert.Throws<InvalidConfigurationException>(() => Read(new() { ["Mirror:Upstream:Proxy"] = text })).Faults);
        var named = Assert.Single(
            Assert.Throws<InvalidConfigurationException>(() => Read([], new() { ["https_proxy"] = text })).Faults);

        Assert.Equal(("Mirror:Upstream:Proxy", "https_proxy"), (configured.Key, named.Key));
        Assert.DoesNotContain("secret", configured.Problem + named.Problem, StringComparison.Ordinal);
    }

    private static ProxyOptions Read(Dictionary<string, string?> values, Dictionary<string, string>? environment = null) =>
        MirrorOptionsReader.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values).Build(), name => environment?.GetValueOrDefault(name)).Upstream.Proxy;
}
