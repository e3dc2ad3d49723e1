using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Diagnosis;

namespace Mirror.Tests.Features.Diagnosis;

public sealed class DiagnosisPageTests : UiFixture, IAsyncLifetime
{
    private const string Page = $"groups/default/-/providers/{MirrorWithOrigin.Host}/example/hello";

    private readonly FakeOrigin _origin;

    public DiagnosisPageTests()
        : this(FakeOrigin.Start())
    {
    }

    private DiagnosisPageTests(FakeOrigin origin)
        : base(options => options with
        {
            Upstream =
                options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
        })
    {
        _origin = origin;
        _origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public void Provider_NeverRequested_ShowsThatAndOffersACheck()
    {
        var page = Open();

        Assert.Contains("has not been queried", page.Find(".verdict strong").TextContent, StringComparison.Ordinal);
        Assert.Equal("Check origin", page.Find("button.check").TextContent.Trim());
        Assert.Equal("not asked yet", page.Find("section[aria-labelledby=origin-heading] [role=status]").TextContent.Trim());
        Assert.Contains("At the origin: not asked yet.", page.Markup, StringComparison.Ordinal);
        Assert.Equal(0, _origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task Check_OfAProvider_RequestsTheOriginAndShowsItsVersions()
    {
        var page = Open();

        await page.Find("button.check").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(["2.0.0", "1.0.0"], page.FindAll("td[data-label=Version]").Select(cell => cell.TextContent.Trim())));
        Assert.Contains(
            "responded", page.Find("section[aria-labelledby=origin-heading] [role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains("2.0.0 is not stored yet", page.Find(".verdict strong").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_HiddenByPolicy_ShowsTheRule()
    {
        await Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse($"{MirrorWithOrigin.Host}/example/*"), null, "moved"),
            Principal.Admin,
            CancellationToken.None);

        var page = Open("?version=1.0.0");

        Assert.StartsWith("The policy hides", page.Find(".verdict strong").TextContent, StringComparison.Ordinal);
        Assert.Contains("mud-alert-outlined-error", page.Find(".verdict").ClassName, StringComparison.Ordinal);
        Assert.Equal("groups/default/-/policy", page.Find(".verdict a").GetAttribute("href"));
        Assert.Contains("(moved)", page.Find("section[aria-labelledby=policy-heading] li").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_WithADisabledRule_DoesNotListIt()
    {
        var policies = Services.GetRequiredService<Policies>();
        await policies.AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse($"{MirrorWithOrigin.Host}/example/*"), null, "moved") { Enabled = false },
            Principal.Admin,
            CancellationToken.None);

        Assert.Empty(Open().FindAll("section[aria-labelledby=policy-heading] li"));
    }

    [Fact]
    public async Task Diagnosis_Requested_ChangesTheUrl()
    {
        var page = Open();

        await page.Find("#version").InputAsync("1.0.0");
        await page.Find("#platform").InputAsync("linux/amd64");
        await page.Find("form").SubmitAsync();

        Assert.Equal(Page + "?version=1.0.0&platform=linux_amd64", Address);
    }

    [Theory]
    [InlineData(null, "2.0.0 1.10.0 1.1.0")]
    [InlineData("1.1.0", "1.1.0 2.0.0 1.10.0")]
    [InlineData("1.1", "1.10.0 1.1.0")]
    [InlineData("9", "")]
    public async Task Suggestions_ForWhatWasTyped_BeginWithIt(string? typed, string expected) =>
        Assert.Equal(expected, string.Join(' ', await DiagnosisPage.Find(["2.0.0", "1.10.0", "1.1.0"], typed)));

    [Fact]
    public void Version_Invalid_ShowsAnErrorWithoutADiagnosis()
    {
        var page = Open("?version=newest");

        Assert.StartsWith("“newest” is not a version", page.Find("#version-problem").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".verdict"));
    }

    [Fact]
    public void Provider_WithAnInvalidAddress_IsNotFound() =>
        Assert.Equal("Provider not found", Open(@namespace: "-").Find("h1").TextContent);

    [Theory]
    [InlineData("default")]
    [InlineData("default/team")]
    public async Task Failures_OfOtherRootGroups_AreNotShown(string group)
    {
        await AddNamespacesAsync(["default/team", "other"]);
        long other = (
            await Services.GetRequiredService<NamespaceDirectory>().FindAsync(
                NamespacePath.Parse("other"), CancellationToken.None))!.NamespaceId;
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            db.Audit.AddRange(
                Failure(MirrorDbContext.DefaultGroupId, "1.1.1", "no key signed it"),
                Failure(other, "6.6.6", "a secret of the other group"));
            await db.SaveChangesAsync();
        }

        var page = Open(group: group);

        Assert.Contains("no key signed it", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret of the other group", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6", page.Markup, StringComparison.Ordinal);
    }

    private AuditRow Failure(long rootGroup, string version, string reason) => new(Time.GetUtcNow(), "version.verify", Principal.System)
    {
        RootGroupId = rootGroup,
        NamespaceId = rootGroup,
        Provider = $"{MirrorWithOrigin.Host}/example/hello",
        Version = version,
        Succeeded = false,
        Detail = reason,
    };

    private IRenderedComponent<DiagnosisPage> Open(string query = "", string @namespace = "example", string group = "default")
    {
        Navigation.NavigateTo(Page + query);
        return Render<DiagnosisPage>(parameters => parameters
            .Add(page => page.Group, group)
            .Add(page => page.Hostname, MirrorWithOrigin.Host)
            .Add(page => page.Namespace, @namespace)
            .Add(page => page.Type, "hello"));
    }
}
