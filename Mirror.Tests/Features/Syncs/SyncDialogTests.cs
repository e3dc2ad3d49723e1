using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Syncs;
using Mirror.Web.Http;
using MudBlazor;

namespace Mirror.Tests.Features.Syncs;

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
            Upstream =
                options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
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
    public async Task Provider_Entered_ShowsItsVersionsAndTheSelectedOnes()
    {
        SignIn();
        var dialog = await OpenAsync();

        await dialog.Find("#sync-provider").InputAsync(Hello);
        Time.Advance(SyncDialog.FindDelay);

        dialog.WaitForAssertion(
            () => Assert.Equal($"3 versions at {MirrorWithOrigin.Host}.", dialog.Find("#sync-provider-note").TextContent.Trim()));
        Assert.Equal(["2.0.0", "1.1.0", "1.0.0"], dialog.FindAll("datalist option").Select(option => option.GetAttribute("value")));
        await dialog.Find("#sync-versions").InputAsync("~> 1.0");
        Assert.Equal("Selects 2 versions: 1.1.0, 1.0.0.", dialog.Find("#sync-versions-note").TextContent.Trim());
        Assert.Contains("linux/amd64", dialog.FindAll(".toggle").Select(toggle => toggle.TextContent));
    }

    [Fact]
    public async Task Provider_MissingAtTheOrigin_ShowsAnError()
    {
        SignIn();
        var dialog = await OpenAsync();

        await dialog.Find("#sync-provider").InputAsync($"{MirrorWithOrigin.Host}/example/absent");
        Time.Advance(SyncDialog.FindDelay);

        dialog.WaitForAssertion(
            () => Assert.Contains("404", dialog.Find("#sync-provider-note .problem").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithACompleteForm_StartsTheSync()
    {
        SignIn();
        var dialog = await OpenAsync();

        await dialog.Find("#sync-provider").InputAsync(Hello);
        await dialog.Find("#sync-versions").InputAsync("1.0.0");
        await dialog.FindAll(".toggle").Single(toggle => toggle.TextContent == "linux/amd64").QuerySelector("input")!.ChangeAsync(true);
        await dialog.Find("form").SubmitAsync();

        await EndAsync(dialog);
        Assert.Equal("succeeded", dialog.Find(".overall .badge").TextContent);
        Assert.StartsWith("1 of 1 package", dialog.Find(".summary").TextContent, StringComparison.Ordinal);
        Assert.Equal("fetched", dialog.Find("tbody .badge").TextContent);
        Assert.Equal("groups/default/-/syncs/1", dialog.Find(".dialog-actions a").GetAttribute("href"));
        Assert.Empty(dialog.FindAll(".cancel"));
        Assert.NotNull(await StoredAsync(Hello, "1.0.0"));
    }

    [Fact]
    public async Task Start_OfMissingPackages_ShowsWhyEachFailed()
    {
        SignIn();
        var dialog = await OpenAsync();

        await dialog.Find("#sync-provider").InputAsync(Hello);
        await dialog.FindAll(".toggle").Single(toggle => toggle.TextContent == "windows/386").QuerySelector("input")!.ChangeAsync(true);
        await dialog.Find("form").SubmitAsync();
        await EndAsync(dialog);

        Assert.Equal("failed", dialog.Find(".overall .badge").TextContent);
        Assert.Contains("windows_386", dialog.Find(".why").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_DuringADownload_EndsTheSync()
    {
        var gate = new Gate();
        _origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate));
        SignIn();
        var dialog = await OpenAsync();
        try
        {
            await dialog.Find("#sync-provider").InputAsync(Hello);
            await dialog.Find("form").SubmitAsync();
            await dialog.Find(".cancel").ClickAsync();
            Assert.Equal("Cancelling…", dialog.Find(".cancel").TextContent);
            await EndAsync(dialog);
        }
        finally
        {
            gate.Open();
        }

        Assert.Equal("cancelled", dialog.Find(".overall .badge").TextContent);
    }

    [Fact]
    public async Task Start_WithAnEmptyForm_ShowsWhatIsMissing()
    {
        SignIn();
        var dialog = await OpenAsync();

        await dialog.Find("form").SubmitAsync();

        Assert.Equal("Enter a provider, such as hashicorp/aws.", dialog.Find("#sync-provider-note .problem").TextContent);
        Assert.Equal("true", dialog.Find("#sync-provider").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Start_AfterTheSessionEnded_StartsNothing()
    {
        var user = SignIn();
        var dialog = await OpenAsync();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await dialog.Find("#sync-provider").InputAsync(Hello);
        await dialog.Find("form").SubmitAsync();

        Assert.Contains("Nothing was started", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            0,
            (await Services.GetRequiredService<SyncStore>().SummarizeAsync(MirrorDbContext.DefaultGroupId, 0, 10, CancellationToken.None)).Total);
    }

    [Fact]
    public async Task LockFile_Selected_ShowsTheLockedProviders()
    {
        SignIn();
        var dialog = await OpenAsync();
        await dialog.FindAll("input[type=radio]")[1].ChangeAsync(true);
        dialog.WaitForAssertion(() => Assert.False(dialog.Find("#sync-file").HasAttribute("disabled")));

        dialog.FindComponent<InputFile>().UploadFiles(
            InputFileContent.CreateFromText($"provider \"{Hello}\" {{\n  version = \"1.1.0\"\n}}\n", ".terraform.lock.hcl"));

        dialog.WaitForAssertion(() => Assert.Equal([$"{Hello} 1.1.0"], dialog.FindAll(".locked li").Select(item => item.TextContent)));
        Assert.Contains(".terraform.lock.hcl locks 1 provider:", dialog.Find("#sync-file-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockFile_TooLarge_IsRejectedWithoutReading()
    {
        SignIn();
        var dialog = await OpenAsync();
        await dialog.FindAll("input[type=radio]")[1].ChangeAsync(true);

        dialog.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(new byte[SyncForm.MaxLockFileSize + 1], "big.hcl"));

        dialog.WaitForAssertion(() =>
            Assert.StartsWith(
                "big.hcl is larger than 1 MB", dialog.Find("#sync-file-note .problem").TextContent, StringComparison.Ordinal));
    }

    /// <summary>Waits until the dialog shows that the sync has ended.</summary>
    private async Task EndAsync(IRenderedComponent<SyncDialog> dialog)
    {
        await foreach (
            var status in Services.GetRequiredService<SyncService>().WatchAsync(MirrorDbContext.DefaultGroupId, 1, CancellationToken.None))
        {
            Time.Advance(SyncLoader.Interval);
            Assert.Equal(1, status.Id);
        }

        await Eventually.TrueAsync(() =>
        {
            // The follower waits for this interval between two checks.
            Time.Advance(SyncLoader.Interval);
            return dialog.FindAll(".cancel").Count == 0;
        });
    }

    private async Task<IRenderedComponent<SyncDialog>> OpenAsync()
    {
        var dialogs = Render<MudDialogProvider>();
        await dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>()
            .ShowAsync<SyncDialog>("Sync", new DialogParameters<SyncDialog> { { dialog => dialog.Group, "default" } }));
        return dialogs.FindComponent<SyncDialog>();
    }
}
