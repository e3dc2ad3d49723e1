using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Sync;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Web.Components.SignIn;
using Mirror.Web.Components.Syncs;

namespace Mirror.Tests.Components;

public sealed class SyncDialogTests : UiFixture, IAsyncLifetime
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    private readonly FakeOrigin _origin;

    public SyncDialogTests()
        : this(FakeOrigin.Start())
    {
    }

    private SyncDialogTests(FakeOrigin origin)
        : base(options => options with
        {
            Packages = options.Packages with { MinimumFreeSpace = 0 },
            Upstream = options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
        })
    {
        _origin = origin;
        _origin.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0", "2.0.0");
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public void Provider_Typed_ShowsTheVersionsAtItsOriginAndWhatTheConstraintSelects()
    {
        SignIn();
        var dialog = Open();

        dialog.Find("#sync-provider").Input(Hello);
        Time.Advance(SyncDialog.FindDelay);

        dialog.WaitForAssertion(() => Assert.Equal($"3 versions at {MirrorWithOrigin.Host}.", dialog.Find("#sync-provider-note").TextContent.Trim()));
        Assert.Equal(["2.0.0", "1.1.0", "1.0.0"], dialog.FindAll("datalist option").Select(option => option.GetAttribute("value")));
        dialog.Find("#sync-versions").Input("~> 1.0");
        Assert.Equal("Selects 2 versions: 1.1.0, 1.0.0.", dialog.Find("#sync-versions-note").TextContent.Trim());
        Assert.Contains("linux/amd64", dialog.FindAll(".toggle").Select(toggle => toggle.TextContent));
    }

    [Fact]
    public void Provider_ThatTheOriginDoesNotHave_IsSaidSo()
    {
        SignIn();
        var dialog = Open();

        dialog.Find("#sync-provider").Input($"{MirrorWithOrigin.Host}/example/absent");
        Time.Advance(SyncDialog.FindDelay);

        dialog.WaitForAssertion(() => Assert.Contains("404", dialog.Find("#sync-provider-note .problem").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OfWhatIsFilledIn_SyncsIt()
    {
        SignIn();
        var dialog = Open();

        dialog.Find("#sync-provider").Input(Hello);
        dialog.Find("#sync-versions").Input("1.0.0");
        dialog.FindAll(".toggle").Single(toggle => toggle.TextContent == "linux/amd64").QuerySelector("input")!.Change(true);
        await dialog.Find("form").SubmitAsync();

        var store = Services.GetRequiredService<SyncStore>();
        var started = Assert.Single((await store.SummarizeAsync(MirrorDbContext.DefaultGroupId, 0, 10, CancellationToken.None)).Items);
        await foreach (var status in Services.GetRequiredService<SyncService>().WatchAsync(MirrorDbContext.DefaultGroupId, started.Id, CancellationToken.None))
        {
            Assert.Equal(started.Id, status.Id);
        }

        var ended = await store.FindAsync(MirrorDbContext.DefaultGroupId, started.Id, CancellationToken.None);
        Assert.Equal((SyncState.Succeeded, 1), (ended!.State, ended.Packages.Count));
        Assert.NotNull(await StoredAsync(Hello, "1.0.0"));
    }

    [Fact]
    public async Task Start_WithNothingFilledIn_SaysWhatIsMissing()
    {
        SignIn();
        var dialog = Open();

        await dialog.Find("form").SubmitAsync();

        Assert.Equal("Name a provider, such as hashicorp/aws.", dialog.Find("#sync-provider-note .problem").TextContent);
        Assert.Equal("true", dialog.Find("#sync-provider").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Start_AfterTheSessionEnded_StartsNothing()
    {
        var user = SignIn();
        var dialog = Open();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        dialog.Find("#sync-provider").Input(Hello);
        await dialog.Find("form").SubmitAsync();

        Assert.Contains("Nothing was started", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal(0, (await Services.GetRequiredService<SyncStore>().SummarizeAsync(MirrorDbContext.DefaultGroupId, 0, 10, CancellationToken.None)).Total);
    }

    [Fact]
    public void LockFile_Chosen_ShowsWhatItLocks()
    {
        SignIn();
        var dialog = Open();
        dialog.FindAll("input[type=radio]")[1].Change(true);

        dialog.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText($"provider \"{Hello}\" {{\n  version = \"1.1.0\"\n}}\n", ".terraform.lock.hcl"));

        dialog.WaitForAssertion(() => Assert.Equal([$"{Hello} 1.1.0"], dialog.FindAll(".locked li").Select(item => item.TextContent)));
        Assert.Contains(".terraform.lock.hcl locks 1 provider:", dialog.Find("#sync-file-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void LockFile_ThatIsTooLarge_IsRefusedUnread()
    {
        SignIn();
        var dialog = Open();
        dialog.FindAll("input[type=radio]")[1].Change(true);

        dialog.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(new byte[SyncForm.MaxLockFileSize + 1], "big.hcl"));

        dialog.WaitForAssertion(() => Assert.StartsWith("big.hcl is larger than 1 MB", dialog.Find("#sync-file-note .problem").TextContent, StringComparison.Ordinal));
    }

    private IRenderedComponent<SyncDialog> Open() => Render<SyncDialog>(parameters => parameters.Add(dialog => dialog.Group, "default"));
}
