using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Hosting;
using Mirror.Web.Hosting.Demo;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class StartBannerTests
{
    private static readonly MirrorOptions Options = new() { DataDirectory = "/srv/mirror" };
    private static readonly ServerUrls Urls = new(new Uri("http://localhost:5080"), new Uri("https://localhost:5443"));

    [Fact]
    public void Compose_LocalAuthority_HoldsWhatToPaste()
    {
        string text = StartBanner.Compose(Options, Urls, "/srv/it's/ca.pem", "the-token");

        Assert.Contains("the-token", text, StringComparison.Ordinal);
        Assert.Equal(
            """
            cat > mirror.tfrc <<'EOF'
            provider_installation {
              network_mirror {
                url = "https://localhost:5443/v1/mirror/"
              }
            }
            EOF
            export TF_CLI_CONFIG_FILE="$PWD/mirror.tfrc"
            export SSL_CERT_FILE='/srv/it'\''s/ca.pem'
            """,
            Pasted(text));
    }

    [Fact]
    public void Compose_OperatorsCertificate_NeedsNoTrust()
    {
        string text = StartBanner.Compose(Options, Urls, null, null);

        Assert.DoesNotContain("SSL_CERT_FILE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_PublicUrl_IsWhatClientsAreGiven()
    {
        string text = StartBanner.Compose(Options with { PublicUrl = new Uri("https://mirror.example.com/tf") }, Urls, null, null);

        Assert.Contains("url = \"https://mirror.example.com/tf/v1/mirror/\"", Pasted(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_NoHttps_SaysThatTerraformNeedsIt()
    {
        string text = StartBanner.Compose(Options, Urls with { Https = null }, null, null);

        Assert.DoesNotContain(StartBanner.PasteBegins, text, StringComparison.Ordinal);
        Assert.Contains("https only", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_NetworkMirrorOff_OffersNone()
    {
        string text = StartBanner.Compose(
            Options with { Protocols = new ProtocolsOptions { NetworkMirror = false } }, Urls, "/srv/ca.pem", null);

        Assert.DoesNotContain(StartBanner.PasteBegins, text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080/groups/default/-/use-this-mirror", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_Demonstration_HoldsAProjectToInitialise()
    {
        await using var origin = await DemoOrigin.StartAsync(TimeProvider.System);

        string text = StartBanner.Compose(Options, Urls, "/srv/ca.pem", null, origin);

        string pasted = Pasted(text);
        Assert.Contains("export SSL_CERT_FILE='/srv/ca.pem'\ncat > main.tf <<'EOF'\n", pasted, StringComparison.Ordinal);
        Assert.All(ExampleProvider.All, provider => Assert.Contains($"source = \"{provider.Address}\"", pasted, StringComparison.Ordinal));
        Assert.EndsWith("\nterraform init", pasted, StringComparison.Ordinal);
    }

    private static string Pasted(string text)
    {
        int begin = text.IndexOf(StartBanner.PasteBegins, StringComparison.Ordinal);
        int end = text.IndexOf("\n\n", begin, StringComparison.Ordinal);
        return text[begin..end];
    }
}
