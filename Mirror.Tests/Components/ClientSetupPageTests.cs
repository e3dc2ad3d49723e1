using Bunit;
using Mirror.Web.Components.ClientSetup;

namespace Mirror.Tests.Components;

public sealed class ClientSetupPageTests : UiFixture
{
    [Fact]
    public void Page_OfAnInstanceWithItsOwnAuthority_ShowsTheUrlAndHowToTrustIt()
    {
        var page = Open();

        Assert.Contains(page.FindAll("pre code"), code => code.TextContent.Contains("url = \"https://mirror.example.com/v1/mirror/\"", StringComparison.Ordinal));
        Assert.Contains(page.FindAll("pre code"), code => code.TextContent.Contains("SSL_CERT_FILE=/srv/mirror/tls/ca.pem", StringComparison.Ordinal));
        Assert.Contains("/srv/mirror/tls/ca.pem", page.Find("section[aria-labelledby=certificate]").TextContent);
        Assert.All(page.FindAll("figure"), block => Assert.Equal(block.QuerySelector("code")!.TextContent, block.QuerySelector("button")!.GetAttribute("data-copy")));
    }

    [Fact]
    public void Page_OfAnInstanceWithAPublicCertificate_SaysNothingOfAuthorities()
    {
        Addresses.Authority = null;

        var page = Open();

        Assert.DoesNotContain("SSL_CERT_FILE", page.Markup);
        Assert.Empty(page.FindAll("section[aria-labelledby=certificate]"));
    }

    [Fact]
    public void Page_OfAnInstanceWithoutHttps_SaysWhatToDo()
    {
        Addresses.MirrorUrl = null;

        var page = Open();

        Assert.Equal("Terraform cannot reach this instance", page.Find("h2").TextContent);
        Assert.Contains("Mirror:PublicUrl", page.Find(".state").TextContent);
        Assert.Empty(page.FindAll("pre"));
    }

    [Fact]
    public void Page_OfAGroupThatDoesNotExist_SaysSo() => Assert.Equal("There is no group nowhere", Open("nowhere").Find("h1").TextContent);

    private IRenderedComponent<UseThisMirrorPage> Open(string group = "default") => Render<UseThisMirrorPage>(parameters => parameters.Add(page => page.Group, group));
}
