using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Keys;

namespace Mirror.Tests.Features.Keys;

public sealed class TrustedKeysPageTests : UiFixture
{
    private const string OtherKey = "9A1B6C22D0E74F1500000000000000000000AAAA";

    [Fact]
    public void Keys_WithoutAny_ShowTheEmptyStateAndTheRules()
    {
        var page = Open();

        Assert.Equal("No keys yet", page.FindAll("h2")[^1].TextContent);
        var rule = page.Find(".rules li");
        Assert.Equal("registry.terraform.io/hashicorp/*", rule.QuerySelector(".pattern")!.TextContent);
        Assert.Contains("Only this key is accepted (built in):", rule.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_InTheList_ShowsItsVersionCountAndStatus()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await SignedAsync("hashicorp/aws", "5.1.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(2), pinned: true);

        var row = Open().Find("tbody tr");

        Assert.Equal("hashicorp/aws", row.QuerySelector(".provider")!.TextContent);
        Assert.Equal("C874 011F 0AB4 0511 0D02 1055 3436 5D94 72D7 468F", row.QuerySelector(".key code")!.TextContent);
        Assert.Equal("2", row.QuerySelector(".versions")!.TextContent);
        Assert.Equal("pinned", row.QuerySelector(".badge")!.TextContent);
        Assert.Equal("9 days ago", row.QuerySelector(".seen")!.TextContent);
    }

    [Fact]
    public async Task SecondKey_OfAProvider_IsListedFirstAndMarked()
    {
        await SignedAsync("acme/dns", "1.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: false);
        await SignedAsync("acme/dns", "2.0.0", OtherKey, TimeSpan.FromDays(1), pinned: false, expired: true);

        var rows = Open().FindAll("tbody tr");

        Assert.Equal(["not pinned", "expired", "replaces another"], rows[0].QuerySelectorAll(".badge").Select(badge => badge.TextContent));
        Assert.Equal(["not pinned"], rows[1].QuerySelectorAll(".badge").Select(badge => badge.TextContent));
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

        Assert.Equal(provider, Assert.Single(page.FindAll("tbody tr")).QuerySelector(".provider")!.TextContent);
    }

    [Fact]
    public async Task Search_WithoutAMatch_ShowsTheEmptyState()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);

        Assert.Equal("No key matches “unknown”", Open("?q=unknown").FindAll("h2")[^1].TextContent);
    }

    [Fact]
    public async Task Keys_OfProvidersFetchedWithACredential_AreHiddenFromAnonymousReaders()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(9), pinned: true);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Credential, CredentialIdentity.Server.Value));
        }

        Assert.Empty(Open().FindAll("tbody tr"));
        SignIn();
        Assert.Single(Open().FindAll("tbody tr"));
    }

    [Fact]
    public async Task Search_WithTooManyWords_IsRejectedWithAnError()
    {
        await SignedAsync("hashicorp/aws", "5.0.0", CatalogSeed.HashiCorpKey, TimeSpan.FromDays(1), pinned: true);

        var page = Open("?q=1+2+3+4+5+6+7+8+9");

        Assert.Contains("expected at most 8", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table[aria-label=Keys]"));
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
                new SeenKeyRow { ProviderId = row.Id, Fingerprint = fingerprint, Owner = owner, FirstSeenAt = Time.GetUtcNow() - ago });
            await db.SaveChangesAsync();
        }
    }

    private IRenderedComponent<TrustedKeysPage> Open(string query = "")
    {
        Navigation.NavigateTo($"groups/default/-/trusted-keys{query}");
        return Render<TrustedKeysPage>(parameters => parameters.Add(page => page.Group, "default"));
    }
}
