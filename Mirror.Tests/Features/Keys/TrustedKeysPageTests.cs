using AngleSharp.Dom;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Keys;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Keys;

public sealed class TrustedKeysPageTests : UiFixture
{
    private const string Keys = "[role=group][aria-label=Keys] tbody tr";
    private const string OtherKey = "9A1B6C22D0E74F1500000000000000000000AAAA";

    [Fact]
    public void Keys_WithoutAny_ShowTheEmptyStateAndTheRules()
    {
        var page = Open();

        Assert.Equal("No keys yet", page.FindAll("h2")[0].TextContent);
        var rule = page.Find(".rules tbody tr");
        Assert.Equal("registry.terraform.io/hashicorp/*", rule.QuerySelector(".pattern")!.TextContent);
        Assert.Contains("Only this key is accepted (built in).", rule.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task Key_InTheList_ShowsItsVersionCountAndStatus()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await SignedAsync("hashicorp/aws", "5.1.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(2), pinned: true);

        var cells = Row(Open().Find(Keys));

        Assert.Equal("hashicorp/aws", cells[0]);
        Assert.Contains("C874 011F 0AB4 0511 0D02 1055 3436 5D94 72D7 468F", cells[1], StringComparison.Ordinal);
        Assert.Equal(["pinned", "RSA 4096", "2029-01-01", "2", "9 days ago"], cells.Skip(2).Take(5));
    }

    [Fact]
    public async Task Key_SeenWhileTheListIsOpen_Appears()
    {
        var page = Open();
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);

        Services.GetRequiredService<CatalogChanges>().Publish(
            new CatalogChange(MirrorDbContext.DefaultGroupId, ProviderAddress.Parse("hashicorp/aws")) { LeavesPackages = true });
        Time.Advance(CatalogWatch.Interval);

        page.WaitForAssertion(() => Assert.Equal("hashicorp/aws", Row(page.Find(Keys))[0]));
    }

    [Fact]
    public async Task Key_OfUnknownAlgorithm_IsShownAsUnknown()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.SeenKeys.ExecuteUpdateAsync(set => set.SetProperty(row => row.Algorithm, (string?)null));
        }

        Assert.Equal(["unknown", "unknown"], Row(Open().Find(Keys)).Skip(3).Take(2));
    }

    [Fact]
    public async Task SecondKey_OfAProvider_IsListedFirstAndMarked()
    {
        await SignedAsync("acme/dns", "1.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: false);
        await SignedAsync("acme/dns", "2.0.0", OtherKey, TimeSpan.FromDays(1), pinned: false, expired: true);

        var rows = Open().FindAll(Keys);

        Assert.Equal(["new", "expired", "replaces another"], rows[0].QuerySelectorAll(".standing .state").Select(state => state.TextContent));
        Assert.Equal(["accepted"], rows[1].QuerySelectorAll(".standing .state").Select(state => state.TextContent));
    }

    [Theory]
    [InlineData("pinned", "hashicorp/aws")]
    [InlineData("accepted", "acme/dns " + CatalogSeed.HashiCorpKey)]
    [InlineData("new", "acme/dns " + OtherKey)]
    [InlineData("expired", "acme/dns " + OtherKey)]
    [InlineData("refused", null)]
    [InlineData("unknown-state", "acme/dns")]
    public async Task Filter_InTheUrl_ListsTheKeysInThatState(string state, string? first)
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await SignedAsync("acme/dns", "1.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: false);
        await SignedAsync("acme/dns", "2.0.0", OtherKey, TimeSpan.FromDays(1), pinned: false, expired: true);

        var rows = Open($"?state={state}").FindAll(Keys);

        Assert.Equal(state == "unknown-state" ? 3 : first is null ? 0 : 1, rows.Count);
        if (first is not null)
        {
            string[] words = first.Split(' ');
            Assert.Equal(words[0], Row(rows[0])[0]);
            Assert.Contains(words.Length > 1 ? words[1] : "", rows[0].InnerHtml, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_PinnedAndUnpinnedByTheMenu_ChangesTheStateOfTheOthers()
    {
        await SignedAsync("acme/dns", "1.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: false);
        await SignedAsync("acme/web", "2.0.0", OtherKey, TimeSpan.FromDays(1), pinned: false);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await overlays.ChooseAsync(page, "Actions for the key of acme/dns", "Pin");
        Assert.Equal("registry.terraform.io/acme/dns", overlays.Field("Providers").GetAttribute("value"));
        await overlays.Field("Providers").ChangeAsync("acme/*");
        await overlays.Field("Why").ChangeAsync("confirmed by mail");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal(["pinned", "refused"], page.FindAll(Keys).Select(row => Row(row)[2])));
        Assert.Equal("admin", Row(page.Find(Keys))[7]);
        Assert.Contains("confirmed by mail", page.Find(".rules").TextContent, StringComparison.Ordinal);

        var removing = overlays.ChooseAsync(page, "Actions for the key of acme/dns", "Unpin for acme/*");
        Assert.Contains("It is the only pin for acme/*", overlays.Dialogs.WaitForElement(".consequence").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Unpin");
        await removing;

        page.WaitForAssertion(() => Assert.Equal(["accepted", "accepted"], page.FindAll(Keys).Select(row => Row(row)[2])));
    }

    [Theory]
    [InlineData("acme", "C874011F0AB405110D02105534365D9472D7468F", "Providers", "“acme” is not a provider pattern")]
    [InlineData("acme/*", "C874", "Fingerprint", "Enter a fingerprint of 40 hexadecimal digits.")]
    public async Task Pin_WithAMistake_IsNotSavedAndTheFieldSaysWhy(string provider, string fingerprint, string field, string problem)
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Pin key").ClickAsync(new());
        await overlays.Field("Providers").ChangeAsync(provider);
        await overlays.Field("Fingerprint").ChangeAsync(fingerprint);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem(field), StringComparison.Ordinal);
        Assert.Empty((await Services.GetRequiredService<Policies>().FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Pins);
    }

    [Fact]
    public async Task Pin_AfterTheSessionEnded_ChangesNothing()
    {
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = Open();
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Pin key").ClickAsync(new());
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await overlays.Field("Providers").ChangeAsync("acme/*");
        await overlays.Field("Fingerprint").ChangeAsync(OtherKey);
        await overlays.SubmitAsync();

        Assert.Empty((await Services.GetRequiredService<Policies>().FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Pins);
        Assert.True(Services.GetRequiredService<Notifications>().Current!.Failed);
    }

    [Theory]
    [InlineData("acme", "acme/dns")]
    [InlineData("9a1b 6C22", "acme/dns")]
    [InlineData("hashicorp security", "hashicorp/aws")]
    public async Task Search_ByAddressOwnerOrFingerprint_FindsTheKey(string search, string provider)
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await SignedAsync("acme/dns", "1.0.0", OtherKey, TimeSpan.FromDays(1), pinned: false, owner: "Acme");

        var page = Open($"?q={Uri.EscapeDataString(search)}");

        Assert.Equal(provider, Row(Assert.Single(page.FindAll(Keys)))[0]);
    }

    [Fact]
    public async Task Search_WithoutAMatch_ShowsTheEmptyState()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);

        Assert.Equal("No key matches", Open("?q=unknown").FindAll("h2")[0].TextContent);
    }

    [Fact]
    public async Task Keys_OfProvidersFetchedWithACredential_AreHiddenFromAnonymousReaders()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Credential, CredentialIdentity.Server.Value));
        }

        Assert.Empty(Open().FindAll(Keys));
        SignIn();
        Assert.Single(Open().FindAll(Keys));
    }

    [Fact]
    public async Task Search_WithTooManyWords_IsRejectedWithAnError()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(1), pinned: true);

        var page = Open("?q=1+2+3+4+5+6+7+8+9");

        Assert.Contains("expected at most 8", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=group][aria-label=Keys]"));
    }

    private async Task SignedAsync(
        string provider,
        string version,
        string fingerprint,
        TimeSpan ago,
        bool pinned,
        bool expired = false,
        string owner = CatalogSeed.HashiCorpOwner)
    {
        await Seed.SignedAsync(provider, version, ["linux_amd64"], 1_000, ago, Principal.Anonymous, fingerprint, owner, pinned, expired);
        var address = ProviderAddress.Parse(provider);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var row = await db.Providers.SingleAsync(x => x.Namespace == address.Namespace && x.Type == address.Type);
        if (!await db.SeenKeys.AnyAsync(x => x.ProviderId == row.Id && x.Fingerprint == fingerprint))
        {
            db.SeenKeys.Add(
                new SeenKeyRow
                {
                    ProviderId = row.Id,
                    Fingerprint = fingerprint,
                    Owner = owner,
                    FirstSeenAt = Time.GetUtcNow() - ago,
                    Algorithm = "RSA 4096",
                    ExpiresAt = new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero),
                });
            await db.SaveChangesAsync();
        }
    }

    private static List<string> Row(IElement row) =>
        [.. row.QuerySelectorAll("td").Select(cell => string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

    private IRenderedComponent<TrustedKeysPage> Open(string query = "")
    {
        Navigation.NavigateTo($"groups/default/-/trusted-keys{query}");
        return Render<TrustedKeysPage>(parameters => parameters.Add(page => page.Group, "default"));
    }
}
