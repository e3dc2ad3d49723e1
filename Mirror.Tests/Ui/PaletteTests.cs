using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Web.Ui.Finding;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

public sealed class PaletteTests : UiFixture
{
    [Theory]
    [InlineData("aws", "hashicorp/aws", "3 versions")]
    [InlineData("hashicorp/aws", "hashicorp/aws", "3 versions")]
    [InlineData("git", "integrations/github", "1 version")]
    public async Task Search_ByName_FindsTheProviderWithItsVersions(string text, string provider, string versions)
    {
        await SeedAsync();

        var found = (await FindAsync(text))["Providers"][0];

        Assert.Equal((provider, versions), (found.Text, found.Detail));
        Assert.Equal($"groups/default/-/provider-mirrors?q={Uri.EscapeDataString(provider)}", found.Url);
    }

    [Theory]
    [InlineData("aws 5.1", new[] { "hashicorp/aws 5.100.0" })]
    [InlineData("aws v5.1", new[] { "hashicorp/aws 5.100.0" })]
    [InlineData("5.", new[] { "hashicorp/aws 5.100.0", "hashicorp/aws 5.99.1", "hashicorp/awsome 1.5.0" })]
    [InlineData("aws", new string[0])]
    [InlineData("nothing 5", new string[0])]
    public async Task Search_WithANumber_FindsVersionsNewestFirst(string text, string[] versions)
    {
        await SeedAsync();

        Assert.Equal(versions, (await FindAsync(text)).GetValueOrDefault("Versions", []).Select(item => item.Text));
    }

    [Fact]
    public async Task Search_ByTypeName_PutsTheExactTypeFirst()
    {
        await SeedAsync();
        await Seed.AddAsync("aaa/laws", "1.0.0", ["linux_amd64"], 1, TrustLevel.Imported, TimeSpan.Zero, Principal.Anonymous);

        Assert.Equal(["hashicorp/aws", "hashicorp/awsome", "aaa/laws"], (await FindAsync("aws"))["Providers"].Select(item => item.Text));
    }

    [Fact]
    public async Task Search_ByFingerprint_FindsTheKeys()
    {
        await SeedAsync();

        var key = (await FindAsync("c874011f"))["Signing keys"];

        Assert.Equal("HashiCorp Security", key[0].Text);
        Assert.StartsWith("groups/default/-/trusted-keys?q=", key[0].Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByName_FindsModulesAndRegistryNamespaces()
    {
        await Services.GetRequiredService<RegistryNamespaces>().CreateAsync(
            MirrorDbContext.DefaultGroupId, "acme", Principal.Admin, CancellationToken.None);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            foreach (string version in new[] { "1.2.0", "1.10.0" })
            {
                db.ModulePackages.Add(new ModulePackageRow
                {
                    RootGroupId = MirrorDbContext.DefaultGroupId,
                    Hostname = "mirror.example.com",
                    Namespace = "acme",
                    Name = "vpc",
                    System = "aws",
                    Version = version,
                    Format = "zip",
                    Subdirectory = "",
                    Sha256 = new string('a', 64),
                    Credential = CredentialIdentity.None.Value,
                    CachedBy = "mira",
                });
            }

            await db.SaveChangesAsync();
        }

        var found = await FindAsync("acme");

        Assert.Equal(
            ("mirror.example.com/acme/vpc/aws", "2 versions", "groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.10.0"),
            (found["Modules"][0].Text, found["Modules"][0].Detail, found["Modules"][0].Url));
        Assert.Equal(("acme", "groups/default/-/registry?q=acme"), (found["Registry namespaces"][0].Text, found["Registry namespaces"][0].Url));
    }

    [Fact]
    public async Task Search_ForPagesAndGroups_FindsThoseOfTheUser()
    {
        await AddNamespacesAsync(["secret-team"]);
        await HideAsync("secret-team");

        Assert.Equal(["Policy"], (await FindAsync("pol"))["Pages"].Select(page => page.Text));
        Assert.Empty(await FindAsync("secret"));
        Assert.Empty(await FindAsync("members"));
        SignIn();
        Assert.Equal(["secret-team"], (await FindAsync("secret"))["Groups and workspaces"].Select(group => group.Text));
        Assert.Equal(["Members"], (await FindAsync("members"))["Pages"].Select(page => page.Text));
    }

    [Fact]
    public async Task Search_ForUsers_IsForAdministrators()
    {
        await SignInAsUserAsync("mira");
        Assert.DoesNotContain("Users", (await FindAsync("mira")).Keys);

        SignIn();

        Assert.Equal(["mira"], (await FindAsync("mir"))["Users"].Select(user => user.Text));
    }

    [Fact]
    public async Task Search_OfProtectedProviders_FindsNothingWithoutASession()
    {
        await SeedAsync();
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Credential, "server"));
            await db.Proofs.ExecuteUpdateAsync(set => set.SetProperty(row => row.Credential, "server"));
        }

        Assert.Empty(await FindAsync("aws 5"));
        SignIn();
        Assert.NotEmpty(await FindAsync("aws 5"));
    }

    [Fact]
    public async Task Palette_ByKeyboardAlone_OpensTheChosenResult()
    {
        await SeedAsync();
        Navigation.NavigateTo("groups/default/-/policy");
        var layout = Render<MainLayout>(parameters => parameters.SetAssignedRenderMode(RenderMode.InteractiveServer));
        await layout.Find("button[data-shortcut='/']").ClickAsync();
        var field = layout.WaitForElement("[role=combobox]");
        Assert.Equal("finder-item-0", field.GetAttribute("aria-activedescendant"));

        await layout.Find("[role=combobox]").InputAsync("aws 5.");
        Time.Advance(TimeSpan.FromSeconds(1));
        layout.WaitForAssertion(() => Assert.Contains("hashicorp/aws 5.100.0", layout.Markup, StringComparison.Ordinal));
        int version = layout.FindAll("[role=option]").ToList().FindIndex(option => option.TextContent.Contains("5.100.0", StringComparison.Ordinal));
        for (int i = 0; i < version; i++)
        {
            await layout.Find("[role=combobox]").KeyDownAsync("ArrowDown");
        }

        Assert.Equal("true", layout.FindAll("[role=option]")[version].GetAttribute("aria-selected"));
        await layout.Find("[role=combobox]").KeyDownAsync("Enter");

        layout.WaitForAssertion(
            () => Assert.Equal("groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/aws/5.100.0", Address));
    }

    [Fact]
    public async Task Finder_WhileTheUserTypes_CancelsTheSearchBefore()
    {
        var cancelled = new TaskCompletionSource();
        var finder = Render<Finder>(parameters => parameters.Add(x => x.Label, "Search").Add(x => x.Find, async (text, cancellation) =>
        {
            if (text == "a")
            {
                cancellation.Register(() => cancelled.TrySetResult());
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
            }

            return text.Length == 0 ? [] : [new FinderSection("Found", [new FinderItem("result of " + text, null, "", "x")])];
        }));

        await finder.Find("input").InputAsync("a");
        Time.Advance(TimeSpan.FromSeconds(1));
        await finder.Find("input").InputAsync("ab");
        await cancelled.Task;
        Time.Advance(TimeSpan.FromSeconds(1));

        finder.WaitForAssertion(() => Assert.Equal("result of ab", finder.Find("[role=option]").TextContent.Trim()));
        Assert.Equal("1 result", finder.Find("[role=status]").TextContent);
    }

    private async Task SeedAsync()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1, TimeSpan.FromHours(1), Principal.Anonymous);
        await Seed.SignedAsync("hashicorp/aws", "5.99.1", ["linux_amd64"], 1, TimeSpan.FromHours(1), Principal.Anonymous);
        await Seed.SignedAsync("hashicorp/aws", "4.67.0", ["linux_amd64"], 1, TimeSpan.FromHours(1), Principal.Anonymous);
        await Seed.SignedAsync("integrations/github", "6.6.0", ["linux_amd64"], 1, TimeSpan.FromHours(1), Principal.Anonymous);
        await Seed.SignedAsync("hashicorp/awsome", "1.5.0", ["linux_amd64"], 1, TimeSpan.FromHours(1), Principal.Anonymous);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        foreach (var proof in await db.Proofs.ToListAsync())
        {
            db.SeenKeys.Add(new SeenKeyRow { ProviderId = proof.ProviderId, Fingerprint = proof.KeyFingerprint! + proof.Id, Owner = proof.KeyOwner, FirstSeenAt = Time.GetUtcNow() });
        }

        await db.SaveChangesAsync();
    }

    private async Task<Dictionary<string, IReadOnlyList<FinderItem>>> FindAsync(string text)
    {
        await using var scope = Services.CreateAsyncScope();
        var sections = await scope.ServiceProvider.GetRequiredService<PaletteSearch>().FindAsync(text, "default", [], "", CancellationToken.None);
        return sections.Where(section => section.Items.Count > 0).ToDictionary(section => section.Title, section => section.Items);
    }

    private async Task HideAsync(string path)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        await db.Namespaces.Where(row => row.Path == path).ExecuteUpdateAsync(set => set.SetProperty(row => row.AnonymousRead, false));
        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }
}
