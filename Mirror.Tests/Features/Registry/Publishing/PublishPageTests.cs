using Bunit;
using Mirror.Core.Addresses;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Registry.Publishing;

namespace Mirror.Tests.Features.Registry.Publishing;

public sealed class PublishPageTests : RegistryPageFixture
{
    private static readonly ChosenFile Archive = new("terraform-aws-vpc-1.2.0.tar.gz", 2 << 20);

    [Fact]
    public async Task Archive_Chosen_FillsTheAddressAndIsSent()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var page = Open("module");

        await page.Instance.ChooseAsync([Archive]);
        Assert.Equal("mirror.example.com/acme/vpc/aws 1.2.0", page.Find(".result code").TextContent);
        Assert.Equal("mirror publish module . acme/vpc/aws 1.2.0 --group-path default", page.Find("pre").TextContent.Trim());
        await page.Find("form").SubmitAsync();

        var upload = JSInterop.Invocations["upload"].Single();
        Assert.Equal("publish/module?group=default&module=acme/vpc/aws&version=1.2.0&format=tar.gz", upload.Arguments[0]);
        Assert.Equal([Archive.Name], Assert.IsType<string[]>(upload.Arguments[1]));
        Assert.Equal("0 B of 2 MB", page.Find(".progress span").TextContent);

        await page.Instance.ProgressAsync(1 << 19, 2 << 20);
        Assert.Equal("25", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        await page.Instance.ProgressAsync(2 << 20, 2 << 20);
        Assert.Equal("Verifying…", page.Find(".progress span").TextContent);
        await page.Instance.CompleteAsync(201, "");

        Assert.Equal("groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.2.0", Address);
        Assert.Equal("Published mirror.example.com/acme/vpc/aws 1.2.0", Notification?.Text);
    }

    [Fact]
    public async Task Upload_Refused_ShowsTheReasonAndCanBeTriedAgain()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var page = Open("module");
        await page.Instance.ChooseAsync([Archive]);
        await page.Find("form").SubmitAsync();

        await page.Instance.CompleteAsync(409, "acme/vpc/aws 1.2.0 exists.");

        Assert.Contains("acme/vpc/aws 1.2.0 exists.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Publish", Buttons(page));
        await page.Find("form").SubmitAsync();
        Assert.Empty(page.FindAll("[role=alert]"));
        Assert.Equal(2, JSInterop.Invocations["upload"].Count);
    }

    [Fact]
    public async Task Upload_Cancelled_SaysSo()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var page = Open("module");
        await page.Instance.ChooseAsync([Archive]);
        await page.Find("form").SubmitAsync();

        await PressAsync(page, "Cancel");
        Assert.Single(JSInterop.Invocations["cancel"]);
        await page.Instance.CompleteAsync(0, "");

        Assert.Contains("The upload was cancelled", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_Incomplete_SendsNothingAndNamesTheFields()
    {
        await AddNamespaceAsync("acme");
        await AddNamespaceAsync("other");
        SignIn();
        var page = Open("module");
        await page.Instance.ChooseAsync([new("vpc.zip", 1)]);

        await page.Find("form").SubmitAsync();

        Assert.Empty(JSInterop.Invocations["upload"]);
        Assert.Equal("Enter lower-case letters and digits, such as aws", page.Find("#publish-system-problem").TextContent);
        Assert.Equal("Enter a version such as 1.2.0", page.Find("#publish-version-problem").TextContent);
        Assert.Contains("Choose a registry namespace", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderFiles_Chosen_AreListedByTheirPart()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var page = Open("provider");

        await page.Instance.ChooseAsync(
        [
            new("terraform-provider-dns_1.2.0_SHA256SUMS", 100), new("terraform-provider-dns_1.2.0_SHA256SUMS.sig", 100),
            new("terraform-provider-dns_1.2.0_linux_amd64.zip", 1_000), new("README.md", 5),
        ]);
        Assert.Equal(
            ["linux/amd64", "checksums", "signature", "not part of the release"], page.FindAll(".file-kind").Select(kind => kind.TextContent));
        await page.Find("form").SubmitAsync();

        var upload = JSInterop.Invocations["upload"].Single();
        Assert.Equal("publish/provider?group=default&provider=acme/dns&version=1.2.0", upload.Arguments[0]);
        Assert.Equal(3, Assert.IsType<string[]>(upload.Arguments[1]).Length);
        await page.Instance.CompleteAsync(201, "");
        Assert.Equal("groups/default/-/provider-mirrors/mirror.example.com/acme/dns/1.2.0", Address);
    }

    [Fact]
    public async Task ProviderFiles_Incomplete_CannotBePublished()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var page = Open("provider");

        await page.Instance.ChooseAsync([new("terraform-provider-dns_1.2.0_linux_amd64.zip", 1_000)]);

        Assert.Contains("SHA256SUMS is missing", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.True(page.FindAll("button").Single(button => button.TextContent.Trim() == "Publish").HasAttribute("disabled"));
    }

    [Fact]
    public void Page_WithoutNamespaces_LeadsToTheRegistry()
    {
        SignIn();

        var page = Open("module");

        Assert.Equal("This group has no registry namespace", page.Find(".state h2").TextContent);
        Assert.Empty(page.FindAll("input[type=file]"));
    }

    [Fact]
    public async Task Page_ForAViewer_IsDenied()
    {
        await AddNamespaceAsync("acme");

        Assert.Equal("Only deployers and owners can publish", Open("module").Find("h1").TextContent);
    }

    private IRenderedComponent<PublishPage> Open(string kind)
    {
        Navigation.NavigateTo($"groups/default/-/registry/publish/{kind}");
        return Render<PublishPage>(parameters => parameters.Add(page => page.Group, "default").Add(page => page.Kind, kind));
    }
}
