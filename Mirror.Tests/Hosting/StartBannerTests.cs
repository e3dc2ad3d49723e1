using Mirror.Core.Configuration;
using Mirror.Tests.Importing;
using Mirror.Web.Cli;
using Mirror.Web.Hosting;
using Mirror.Web.Hosting.Demo;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class StartBannerTests
{
    private static readonly MirrorOptions Options = new() { DataDirectory = "/srv/mirror" };
    private static readonly ServerUrls Urls = new(new Uri("http://localhost:5080"), new Uri("https://localhost:5443"));

    [Theory]
    [InlineData("https://mirror.example.com", "  registry for source = \"mirror.example.com/<namespace>/…\"\n")]
    [InlineData(
        "https://localhost:5443",
        "  registry for source = \"localhost:5443/<namespace>/…\" (not through a network mirror, because of the port)\n")]
    public void Compose_WithAPublicUrl_NamesTheRegistry(string url, string expected) => Assert.Contains(
        expected,
        StartBanner.Compose(Options with { PublicUrl = new Uri(url) }, Urls, null, null).ReplaceLineEndings("\n"),
        StringComparison.Ordinal);

    [Fact]
    public void Compose_WithTheLocalAuthority_ContainsTheSignedPassThrough()
    {
        string text = StartBanner.Compose(Options, Urls, "/srv/it's/ca.pem", "the-token");

        Assert.Contains("the-token", text, StringComparison.Ordinal);
        Assert.Equal(
            """
            cat > mirror.tfrc <<'EOF'
            host "registry.terraform.io" {
              services = {
                "providers.v1" = "https://localhost:5443/v1/registries/registry.terraform.io/providers/"
                "modules.v1"   = "https://localhost:5443/v1/registries/registry.terraform.io/modules/"
              }
            }
            host "registry.opentofu.org" {
              services = {
                "providers.v1" = "https://localhost:5443/v1/registries/registry.opentofu.org/providers/"
                "modules.v1"   = "https://localhost:5443/v1/registries/registry.opentofu.org/modules/"
              }
            }
            EOF
            export TF_CLI_CONFIG_FILE="$PWD/mirror.tfrc"
            export SSL_CERT_FILE='/srv/it'\''s/ca.pem'
            """,
            Pasted(text));
    }

    [Theory]
    [InlineData("registry.terraform.io registry.opentofu.org", true)]
    [InlineData("registry.example.com registry.example.org", false, "registry.example.com", "registry.example.org")]
    public void Compose_WithAllowedHosts_ContainsABlockForEach(string expected, bool any, params string[] allowed)
    {
        var options = Options with { Upstream = new UpstreamOptions { AllowAnyHost = any, AllowedHosts = [.. allowed.Select(Host)] } };

        Assert.Equal(expected.Split(' '), Hosts(StartBanner.Compose(options, Urls, null, null)));
    }

    [Fact]
    public void Compose_WithAChainedMirror_ContainsNoBlockForItsHost()
    {
        var options = Options with
        {
            Upstream = new UpstreamOptions
            {
                Hosts =
                [
                    new UpstreamHostOptions { Name = Host("registry.opentofu.org"), MirrorUrl = new Uri("https://mirror.example.com/") },
                    new UpstreamHostOptions { Name = Host("registry.example.com"), ProvidersUrl = new Uri("https://example.com/v1/") },
                ],
            },
        };

        Assert.Equal(["registry.terraform.io", "registry.example.com"], Hosts(StartBanner.Compose(options, Urls, null, null)));
    }

    [Fact]
    public void Compose_WithAConfiguredCertificate_MentionsNoAuthority()
    {
        string text = StartBanner.Compose(Options, Urls, null, null);

        Assert.DoesNotContain("SSL_CERT_FILE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_AfterTheFirstStart_NamesTheFileWithTheToken()
    {
        using var data = new MirrorDirectory();
        var options = Options with { DataDirectory = data.Path };
        string file = Path.Combine(data.Path, "admin-token");
        Assert.DoesNotContain("administrator token", StartBanner.Compose(options, Urls, null, null), StringComparison.Ordinal);

        File.WriteAllText(file, "the-token");

        string text = StartBanner.Compose(options, Urls, null, null);
        Assert.Contains($"\n  administrator token in {file}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithoutAnonymousRead_WarnsAboutTheToken()
    {
        string text = StartBanner.Compose(Options with { Auth = new AuthOptions { AnonymousRead = false } }, Urls, null, null);

        Assert.Contains("Clients need a token", text, StringComparison.Ordinal);
        Assert.Contains("without the block, clients send it to the real registry", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithAPublicUrl_UsesItForClients()
    {
        string text = StartBanner.Compose(Options with { PublicUrl = new Uri("https://mirror.example.com/tf") }, Urls, null, null);

        Assert.Contains(
            "\"https://mirror.example.com/tf/v1/registries/registry.terraform.io/providers/\"", Pasted(text), StringComparison.Ordinal);
        Assert.Contains("/tf/groups/default/-/use-this-mirror", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithoutHttps_ExplainsThatTerraformRequiresIt()
    {
        string text = StartBanner.Compose(Options, Urls with { Https = null }, null, null);

        Assert.DoesNotContain(StartBanner.PasteBegins, text, StringComparison.Ordinal);
        Assert.Contains("Terraform requires https", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("https://mirror.example.com", true)]
    public void Compose_WhenClientCertificatesAreRequired_ContainsConfigurationForAProxyOnly(string? publicUrl, bool isPasted)
    {
        var options = Options with
        {
            PublicUrl = publicUrl is null ? null : new Uri(publicUrl),
            Tls = new TlsOptions { ClientCertificates = ClientCertificatePolicy.Require, ClientAuthorityPath = "/srv/clients.pem" },
        };

        string text = StartBanner.Compose(options, Urls with { RequiresCertificate = true }, "/srv/ca.pem", null);

        Assert.Equal(isPasted, text.Contains(StartBanner.PasteBegins, StringComparison.Ordinal));
        Assert.Equal(!isPasted, text.Contains("Terraform does not present a client certificate", StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_WithSignedPassThroughOff_ContainsTheNetworkMirror()
    {
        string text = StartBanner.Compose(
            Options with { Protocols = new ProtocolsOptions { SignedPassThrough = false } }, Urls, null, null);

        Assert.Contains("url = \"https://localhost:5443/v1/mirror/\"", Pasted(text), StringComparison.Ordinal);
        Assert.DoesNotContain("signatures", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithBothProtocolsOff_ContainsNoConfiguration()
    {
        var off = new ProtocolsOptions { SignedPassThrough = false, NetworkMirror = false };

        string text = StartBanner.Compose(Options with { Protocols = off }, Urls, "/srv/ca.pem", null);

        Assert.DoesNotContain(StartBanner.PasteBegins, text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080/groups/default/-/use-this-mirror", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_Demo_ContainsATerraformProject()
    {
        await using var origin = await DemoOrigin.StartAsync(TimeProvider.System);

        string text = StartBanner.Compose(Options, Urls, "/srv/ca.pem", null, new DemoBanner(origin, "the-token", true));

        string pasted = Pasted(text);
        Assert.Equal([DemoOrigin.Hostname.Value], Hosts(text));
        Assert.Contains("export SSL_CERT_FILE=/srv/ca.pem\ncat > main.tf <<'EOF'\n", pasted, StringComparison.Ordinal);
        Assert.All(ExampleProvider.All, provider => Assert.Contains($"source = \"{provider.Address}\"", pasted, StringComparison.Ordinal));
        Assert.EndsWith("\nterraform init", pasted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\n\n'/srv/my mirror' list-versions\n\n")]
    [InlineData(false, "To use this demo with the mirror command, paste")]
    public async Task Compose_Demo_ShowsHowToCallTheCommand(bool isAnnounced, string expected)
    {
        await using var origin = await DemoOrigin.StartAsync(TimeProvider.System);

        string text = StartBanner.Compose(
            Options, Urls, "/srv/ca.pem", null, new DemoBanner(origin, "the-token", isAnnounced, "/srv/my mirror"));

        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the-token", "/srv/my ca.pem", "\nexport MIRROR_TOKEN=the-token\nexport SSL_CERT_FILE='/srv/my ca.pem'")]
    [InlineData(null, null, "")]
    public async Task Compose_Demo_EndsWithTheVariablesForOtherShells(string? token, string? authority, string expected)
    {
        await using var origin = await DemoOrigin.StartAsync(TimeProvider.System);

        string text = StartBanner.Compose(Options, Urls, authority, null, new DemoBanner(origin, token, true));

        Assert.EndsWith($"\n\nexport MIRROR_URL=https://localhost:5443/{expected}\n\n", text, StringComparison.Ordinal);
    }

    private static Core.Addresses.ProviderHostname Host(string text) => Core.Addresses.ProviderAddress.Parse(text + "/a/b").Hostname;

    private static IEnumerable<string> Hosts(string text) => Pasted(text).Split('\n')
        .Where(line => line.StartsWith("host ", StringComparison.Ordinal))
        .Select(line => line.Split('"')[1]);

    private static string Pasted(string text)
    {
        int begin = text.IndexOf(StartBanner.PasteBegins, StringComparison.Ordinal);
        int end = text.IndexOf("\n\n", begin, StringComparison.Ordinal);
        return text[begin..end];
    }
}
