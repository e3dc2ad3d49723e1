using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Setup;

namespace Mirror.Tests.Features.Setup;

public sealed class ClientConfigurationTests
{
    private static readonly Uri Https = new("https://localhost:5443/");

    [Theory]
    [InlineData(null, "https://mirror.example.com/", "https://mirror.example.com/v1/mirror/")]
    [InlineData(null, "https://mirror.example.com/sub/", "https://mirror.example.com/sub/v1/mirror/")]
    [InlineData(null, "http://build-7:5080/", "https://build-7:5443/v1/mirror/")]
    [InlineData("https://mirror.example.com", "http://10.0.0.7:5080/", "https://mirror.example.com/v1/mirror/")]
    [InlineData("https://example.com/mirror/", "http://10.0.0.7:5080/mirror/", "https://example.com/mirror/v1/mirror/")]
    public void MirrorUrl_OfTheServer_IsHttpsAndEndsWithASlash(string? publicUrl, string visited, string expected)
    {
        var client = ClientConfiguration.For(Options(publicUrl), NamespacePath.Default, new Uri(visited), Https);

        Assert.Equal(expected, client.MirrorUrl?.AbsoluteUri);
    }

    [Theory]
    [InlineData(null, "http://localhost:5080/")]
    [InlineData("http://mirror.example.com/", "https://localhost:5443/")]
    [InlineData(null, "http://tools.example.com/mirror/", "https://localhost:5443/")]
    public void MirrorUrl_WithoutHttps_IsNull(string? publicUrl, string visited, string? https = null)
    {
        var client = ClientConfiguration.For(
            Options(publicUrl), NamespacePath.Default, new Uri(visited), https is null ? null : new Uri(https));

        Assert.Null(client.MirrorUrl);
    }

    [Fact]
    public void MirrorUrl_OfAnotherGroup_ContainsItsPath() =>
        Assert.Equal(
            "https://localhost:5443/v1/provider-mirror/providers/platform/network/",
            ClientConfiguration.For(Options(null), NamespacePath.Parse("platform/network"), Https, Https).MirrorUrl?.AbsoluteUri);

    [Fact]
    public void ShellText_WithSpecialCharactersInThePath_QuotesThem()
    {
        var client = new ClientConfiguration(Https, NamespacePath.Default);

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
            export SSL_CERT_FILE='/srv/my mirror/tls/ca.pem'

            """.ReplaceLineEndings("\n"),
            ClientConfiguration.ForShell(client.NetworkMirror, "/srv/my mirror/tls/ca.pem"));
        Assert.DoesNotContain("SSL_CERT_FILE", ClientConfiguration.ForShell(client.NetworkMirror, null));
    }

    [Theory]
    [InlineData("default", "https://mirror.example.com/sub/v1/registries/registry.terraform.io/")]
    [InlineData("platform/network", "https://mirror.example.com/sub/v1/registries/platform/network/registry.terraform.io/")]
    public void HostBlock_OfAGroup_ContainsItsProviderAndModuleUrls(string group, string expected)
    {
        var client = new ClientConfiguration(new Uri("https://mirror.example.com/sub/"), NamespacePath.Parse(group));

        string block = client.HostBlock(ProviderHostname.Default);

        Assert.StartsWith("host \"registry.terraform.io\" {\n", block, StringComparison.Ordinal);
        Assert.Contains($"\"providers.v1\" = \"{expected}providers/\"", block, StringComparison.Ordinal);
        Assert.Contains($"\"modules.v1\"   = \"{expected}modules/\"", block, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry.terraform.io", "TF_TOKEN_registry_terraform_io")]
    [InlineData("my-mirror.example.com", "TF_TOKEN_my__mirror_example_com")]
    [InlineData("mirror.example.com:5443", null)]
    public void TokenVariable_OfAHost_MatchesTerraformsEncoding(string host, string? expected) =>
        Assert.Equal(expected, ClientConfiguration.TokenVariable(host));

    private static MirrorOptions Options(string? publicUrl) =>
        new() { DataDirectory = "/unused", PublicUrl = publicUrl is null ? null : new Uri(publicUrl) };
}
