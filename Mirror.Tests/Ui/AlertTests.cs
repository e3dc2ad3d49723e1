using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Identity;
using Mirror.Core.Storage;
using Mirror.Core.Verification;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Web.Ui.Alerts;
using MudBlazor;

namespace Mirror.Tests.Ui;

public sealed class AlertTests : UiFixture, IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertFacts None = new("platform/network", new ServerCondition([], null), [], [], null, null, []);

    private readonly FakeOrigin _origin;

    public AlertTests()
        : this(FakeOrigin.Start())
    {
    }

    private AlertTests(FakeOrigin origin)
        : base(options => options with
        {
            Upstream = options.Upstream with
            {
                Limits = options.Upstream.Limits with { DocumentAttempts = 1, BreakerFailures = 1 },
                Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }],
            },
        })
    {
        _origin = origin;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public void Facts_WithoutIssues_RaiseNoAlert() => Assert.Empty(None.Alerts(Now));

    [Fact]
    public void Facts_OfEveryKind_RaiseAlertsThatLinkToTheirPages()
    {
        var provider = ProviderAddress.Parse("hashicorp/aws");
        var facts = new AlertFacts(
            "platform/network",
            new ServerCondition(["registry.example.com"], "The disk is full."),
            [new QuarantinedProvider(provider, 1, Now), new QuarantinedProvider(provider, 3, Now)],
            [new SeenSigningKey(provider, "AB12", "HashiCorp Security <a@b>", Now, 1, false, false, Now)],
            Now.AddDays(3),
            .971,
            [Expiring(2), Expiring(30), Expiring(-1), Expiring(null)]);

        Assert.Equal(
            [
                ("The last package could not be stored. The disk is full.", "groups/platform/network/-/overview", true),
                ("registry.example.com failed several times in a row. Requests to it are suspended briefly; cached content is still served.", "groups/platform/network/-/overview", true),
                ("A version of hashicorp/aws failed verification and is not served.", "groups/platform/network/-/providers/registry.terraform.io/hashicorp/aws", true),
                ("3 versions of hashicorp/aws failed verification and are not served.", "groups/platform/network/-/providers/registry.terraform.io/hashicorp/aws", true),
                ("The server’s certificate expires in 3 days.", "admin/overview", false),
                ("97 % of the storage quota are used.", "admin/overview", false),
                ("A new key signs hashicorp/aws: HashiCorp Security.", "groups/platform/-/trusted-keys", false),
                ("Your token laptop expires in 2 days.", "account", false),
            ],
            facts.Alerts(Now).Select(alert => (alert.Text, alert.Url, alert.IsUrgent)));
    }

    [Fact]
    public void Facts_OfTheRegistry_RaiseAlertsThatLinkToTheirPages()
    {
        var module = new ModulePackage(
            ModuleAddress.Parse("mirror.example.com/acme/vpc/aws"),
            ProviderVersion.Parse("1.2.0"),
            ArchiveFormat.Zip,
            1,
            Sha256Digest.Parse(new string('a', 64)),
            Now,
            Principal.Admin)
        { Origin = new ModuleOrigin("https://git.example.com/vpc", "v1.2.0", "aa", "bb") };
        var facts = None with
        {
            Group = "platform/network",
            Withheld = [new WithheldVersions("acme", 1), new WithheldVersions("labs", 3)],
            MovedTags = [module],
        };

        Assert.Equal(
            [
                ("A version of acme is withheld, because its signing key was revoked.", "groups/platform/-/registry/namespaces/acme/keys", true),
                ("3 versions of labs are withheld, because their signing key was revoked.", "groups/platform/-/registry/namespaces/labs/keys", true),
                ("The tag v1.2.0 of mirror.example.com/acme/vpc/aws now names another commit.", "groups/platform/network/-/modules/mirror.example.com/acme/vpc/aws/1.2.0", true),
            ],
            facts.Alerts(Now).Select(alert => (alert.Text, alert.Url, alert.IsUrgent)));
    }

    [Theory]
    [InlineData(30, null)]
    [InlineData(20, "The server’s certificate expires in 20 days.")]
    [InlineData(-1, "The server’s certificate has expired. Clients refuse to connect.")]
    public void Certificate_NearItsEnd_IsReported(int days, string? text) =>
        Assert.Equal(text, (None with { CertificateEndsAt = Now.AddDays(days) }).Alerts(Now).SingleOrDefault()?.Text);

    [Fact]
    public async Task Bell_WithASuspendedHost_CountsAndNamesIt()
    {
        await FailAsync();
        Render<MudPopoverProvider>();

        var bell = Render<AlertBell>(parameters => parameters.Add(x => x.Group, "default"));

        bell.WaitForAssertion(() => Assert.Equal("1 alert", bell.Find("button").GetAttribute("aria-label")));
        Assert.Equal("1", bell.Find(".mud-badge").TextContent.Trim());
    }

    [Fact]
    public async Task Bell_OnAnOpenPage_IsUpdated()
    {
        Render<MudPopoverProvider>();
        var bell = Render<AlertBell>(parameters => parameters.Add(x => x.Group, "default"));
        Assert.Equal("No alerts", bell.Find("button").GetAttribute("aria-label"));

        await FailAsync();
        Time.Advance(TimeSpan.FromMinutes(1));

        bell.WaitForAssertion(() => Assert.NotEqual("No alerts", bell.Find("button").GetAttribute("aria-label")));
    }

    [Fact]
    public async Task Reader_ForTheUser_FindsQuarantineNewKeysAndTokensOnlyWhereTheyMaySee()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1, TimeSpan.Zero, Principal.Anonymous);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            long provider = (await db.Providers.SingleAsync()).Id;
            db.Quarantine.Add(new QuarantineRow { ProviderId = provider, Version = "6.0.0", Platform = "", Reason = "for this test", FailedAt = Time.GetUtcNow(), Until = Time.GetUtcNow() });
            db.SeenKeys.Add(new SeenKeyRow { ProviderId = provider, Fingerprint = "AA", FirstSeenAt = Time.GetUtcNow().AddDays(-300) });
            db.SeenKeys.Add(new SeenKeyRow { ProviderId = provider, Fingerprint = "BB", FirstSeenAt = Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        Assert.Empty(await FindAsync());

        SignIn();

        Assert.Equal(
            ["A version of hashicorp/aws failed verification and is not served.", "A new key signs hashicorp/aws: BB."],
            (await FindAsync()).Select(alert => alert.Text));
    }

    private async Task<IReadOnlyList<Alert>> FindAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AlertReader>().FindAsync("default", CancellationToken.None);
    }

    private async Task FailAsync()
    {
        _origin.Misbehave(_ => true, Fault.Status(500));
        var scope = (
            await Services.GetRequiredService<NamespaceDirectory>().FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None))!;
        await Services.GetRequiredService<ProviderMirror>().GetCurrentVersionsAsync(
            scope, ProviderAddress.Parse($"{MirrorWithOrigin.Host}/example/hello"), CancellationToken.None);
    }

    private static AccessToken Expiring(int? days) =>
        new(1, "laptop", Principal.Admin, "mirror_a", Now, "mira", days is { } known ? Now.AddDays(known) : null, null);
}
