using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Registry.Pages;

namespace Mirror.Tests.Features.Registry.Pages;

public sealed class SigningKeysPageTests : RegistryPageFixture
{
    private PublishingKeys Keys => Services.GetRequiredService<PublishingKeys>();

    [Fact]
    public async Task Keys_WithoutAny_SaysHowToAddOne()
    {
        await AddNamespaceAsync("acme");

        var page = Open();

        Assert.Equal("Signing keys of acme", page.Find("h1").TextContent);
        Assert.Contains("mirror signing-key add acme publisher.asc --group-path default", page.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Add key", Buttons(page));
    }

    [Fact]
    public async Task Key_Generated_IsListed()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await PressAsync(page, "Generate key");
        await overlays.SubmitAsync();
        Assert.StartsWith("Enter a name", overlays.Problem("Owner"), StringComparison.Ordinal);
        await overlays.Field("Owner").ChangeAsync("Acme <a@example.com>");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("Acme <a@example.com>", page.Find(".owner").TextContent));
        Assert.Equal("active", page.Find(".key-state").TextContent.Trim());
        Assert.Equal("Mirror has the private key and signs with it", page.Find(".signs-here").TextContent);
        Assert.True(Assert.Single((await FindAsync()).Keys).SignsHere);
    }

    [Fact]
    public async Task Key_Pasted_IsAddedOrTheReasonIsShown()
    {
        await AddNamespaceAsync("acme");
        await AddNamespaceAsync("other");
        string armor = (await GenerateAsync("other")).AsciiArmor;
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await PressAsync(page, "Add key");
        await overlays.Field("Armored key").InputAsync("no key");
        await overlays.SubmitAsync();
        Assert.StartsWith("Paste the whole key", overlays.Problem("Armored key"), StringComparison.Ordinal);
        await overlays.Field("Armored key").InputAsync("-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n-----END PGP PUBLIC KEY BLOCK-----");
        await overlays.SubmitAsync();
        Assert.NotEmpty(overlays.Problem("Armored key"));
        Assert.Empty((await FindAsync()).Keys);
        await overlays.Field("Armored key").InputAsync(armor);
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".owner")));
        Assert.False(Assert.Single((await FindAsync()).Keys).SignsHere);
    }

    [Fact]
    public async Task Key_Retired_StaysWithItsReason()
    {
        await AddNamespaceAsync("acme");
        var key = await GenerateAsync("acme");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await overlays.ChooseAsync(page, $"Actions for {Menu(key)}", "Retire");
        await overlays.Field("Reason (optional)").ChangeAsync("Replaced.");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("retired", page.Find(".key-state").TextContent.Trim()));
        Assert.Equal("Replaced.", page.Find(".reason").TextContent);
    }

    [Fact]
    public async Task Key_Revoked_ShowsFirstHowManyVersionsItWithholds()
    {
        await AddNamespaceAsync("acme");
        var key = await GenerateAsync("acme");
        await Seed.SignedAsync("mirror.example.com/acme/dns", "1.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(1), Publisher, key.Fingerprint, "Acme");
        await Seed.SignedAsync("mirror.example.com/acme/dns", "1.1.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(1), Publisher, key.Fingerprint, "Acme");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();
        Assert.Equal("2", page.FindAll("td")[3].TextContent);

        await overlays.ChooseAsync(page, $"Actions for {Menu(key)}", "Revoke");
        Assert.Equal("2 versions that this key signed will be withheld.", overlays.Dialogs.WaitForElement(".mud-alert strong").TextContent);
        await overlays.SubmitAsync();
        Assert.Equal("Enter the reason; clients see it", overlays.Problem("Reason"));
        Assert.Equal(PublishingKeyState.Active, Assert.Single((await FindAsync()).Keys).State);
        await overlays.Field("Reason").ChangeAsync("The laptop was stolen.");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("revoked", page.Find(".key-state").TextContent.Trim()));
        Assert.Empty(page.FindAll($"button[aria-label='Actions for {Menu(key)}']"));
        Assert.Equal("The laptop was stolen.", Assert.Single((await FindAsync()).Keys).Reason);
    }

    [Fact]
    public void Keys_OfAnUnknownNamespace_SaysSo() =>
        Assert.Equal("This group has no registry namespace acme", Open().Find(".state h2").TextContent);

    private static string Menu(PublishingKey key) => Mirror.Web.Ui.Widgets.FingerprintText.Group(key.Fingerprint[^8..]);

    private async Task<RegistryNamespace> FindAsync(string name = "acme") => (await Registry.FindAsync(name, CancellationToken.None))!;

    private async Task<PublishingKey> GenerateAsync(string name)
    {
        string fingerprint = (await Keys.GenerateAsync(await FindAsync(name), "Acme <a@example.com>", Publisher, CancellationToken.None)).Value.Fingerprint;
        return (await FindAsync(name)).Keys.Single(key => key.Fingerprint == fingerprint);
    }

    private IRenderedComponent<SigningKeysPage> Open()
    {
        Navigation.NavigateTo("groups/default/-/registry/namespaces/acme/keys");
        return Render<SigningKeysPage>(parameters => parameters.Add(page => page.Group, "default").Add(page => page.Namespace, "acme"));
    }
}
