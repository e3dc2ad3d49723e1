using Bunit;
using Mirror.Core.Database;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using MudBlazor;

namespace Mirror.Tests.Http;

/// <summary>A circuit stays open for long, so each action looks up the user again, but only once.</summary>
public sealed class OncePerActionTests : UiFixture
{
    private readonly OncePerRequestTests.Counts _counts;

    public OncePerActionTests()
        : this(new OncePerRequestTests.Counts())
    {
    }

    private OncePerActionTests(OncePerRequestTests.Counts counts)
        : base(services: counts.Register) => _counts = counts;

    [Fact]
    public async Task DeleteVersion_Confirmed_LooksUpUserAndNamespaceOnce()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Principal.Anonymous);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Render<VersionPage>(parameters => parameters.Add(x => x.Group, "default").Add(x => x.Hostname, "registry.terraform.io")
            .Add(x => x.Namespace, "hashicorp").Add(x => x.Type, "null").Add(x => x.Version, "3.2.4"));
        var deleting = page.FindAll("button")
            .Single(button => button.TextContent.Contains("Delete", StringComparison.Ordinal))
            .ClickAsync(new());
        _counts.Reset();

        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;

        Assert.Null(await StoredAsync("hashicorp/null", "3.2.4"));
        Assert.Equal((1, 1), (_counts.Sessions, _counts.Namespaces));
    }
}
