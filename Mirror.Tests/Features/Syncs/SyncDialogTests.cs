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
    private IRenderedComponent<MudDialogProvider>? _dialogs;
    private IDialogReference? _shown;

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

        await EnterAsync(dialog, Hello);

        Assert.Equal($"3 versions at {MirrorWithOrigin.Host}.", dialog.Find("#sync-provider-note").TextContent.Trim());
        await dialog.Find("#sync-versions").InputAsync("~> 1.0");
        Time.Advance(TimeSpan.FromMilliseconds(100));
        dialog.WaitForAssertion(
            () => Assert.Equal("Selects 2 versions: 1.1.0, 1.0.0.", dialog.Find("#sync-versions-note").TextContent.Trim()));
        Assert.Contains("linux/amd64", Platforms(dialog).Select(toggle => toggle.TextContent));
    }

    [Fact]
    public async Task Provider_MissingAtTheOrigin_ShowsAnError()
    {
        SignIn();
        var dialog = await OpenAsync();

        await EnterAsync(dialog, $"{MirrorWithOrigin.Host}/example/absent");

        Assert.Contains("404", dialog.Find("#sync-provider-note .problem").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithACompleteForm_StartsTheSync()
    {
        SignIn();
        var dialog = await OpenAsync();

        await EnterAsync(dialog, Hello);
        await dialog.Find("#sync-versions").InputAsync("1.0.0");
        await EventuallyAsync(() => dialog.Find("#sync-versions-note").TextContent.Contains("Selects 1.0.0", StringComparison.Ordinal));
        await ChooseAsync(dialog, "linux/amd64");
        await dialog.Find("form").SubmitAsync();

        await EndAsync(dialog);
        Assert.Equal("succeeded", State(dialog));
        Assert.StartsWith("1 of 1 package", dialog.Find(".summary").TextContent, StringComparison.Ordinal);
        Assert.Equal("fetched", dialog.Find("tbody [data-state]").TextContent);
        Assert.Equal("groups/default/-/syncs/1", dialog.FindAll("a").Single(link => link.TextContent == "Details").GetAttribute("href"));
        Assert.Empty(CancelButtons(dialog));
        Assert.NotNull(await StoredAsync(Hello, "1.0.0"));
    }

    [Fact]
    public async Task Start_OfMissingPackages_ShowsWhyEachFailed()
    {
        SignIn();
        var dialog = await OpenAsync();

        await ChooseAsync(dialog, "windows/386");
        await dialog.Find("#sync-provider").InputAsync(Hello);
        await EventuallyAsync(TimeSpan.FromMilliseconds(10), () => dialog.Find("#sync-provider").GetAttribute("value") == Hello);
        await dialog.Find("form").SubmitAsync();
        await EndAsync(dialog);

        Assert.Equal("failed", State(dialog));
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
            await EnterAsync(dialog, Hello);
            await dialog.Find("form").SubmitAsync();
            await CancelButtons(dialog).Single().ClickAsync();
            Assert.Equal("Cancelling…", CancelButtons(dialog).Single().TextContent);
            await EndAsync(dialog);
        }
        finally
        {
            gate.Open();
        }

        Assert.Equal("cancelled", State(dialog));
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
        await EnterAsync(dialog, Hello);
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

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
        await dialog.FindAll("input[type=radio]")[1].ClickAsync();
        dialog.WaitForAssertion(() => Assert.False(dialog.Find("input[type=file]").HasAttribute("disabled")));

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
        await dialog.FindAll("input[type=radio]")[1].ClickAsync();

        dialog.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(new byte[SyncForm.MaxLockFileSize + 1], "big.hcl"));

        dialog.WaitForAssertion(() =>
            Assert.StartsWith(
                "big.hcl is larger than 1 MB", dialog.Find("#sync-file-note .problem").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preview_OfACompleteForm_CountsPackagesAndThoseAlreadyStored()
    {
        SignIn();
        var dialog = await OpenAsync();
        await EnterAsync(dialog, Hello);
        await dialog.Find("#sync-versions").InputAsync("1.0.0");
        await ChooseAsync(dialog, "linux/amd64");
        dialog.WaitForAssertion(() => Assert.Contains("To fetch: 1 package of 1.0.0", dialog.Find(".preview").TextContent, StringComparison.Ordinal));
        await dialog.Find("form").SubmitAsync();
        await EndAsync(dialog);

        var again = await OpenAsync();
        await EnterAsync(again, Hello);

        again.WaitForAssertion(() => Assert.Contains("To fetch: 4 packages of 2.0.0", again.Find(".preview").TextContent, StringComparison.Ordinal));
        await again.Find("#sync-versions").InputAsync("< 2.0.0");
        again.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Contains(
                "To fetch: 8 packages of 2 versions, 1 of them already stored", again.Find(".preview").TextContent, StringComparison.Ordinal);
        });
    }

    private static string State(IRenderedComponent<SyncDialog> dialog) => dialog.FindAll("[data-state]")[0].TextContent;

    private static IEnumerable<AngleSharp.Dom.IElement> CancelButtons(IRenderedComponent<SyncDialog> dialog) =>
        dialog.FindAll("button").Where(button => button.TextContent is "Cancel sync" or "Cancelling…");

    private static IEnumerable<AngleSharp.Dom.IElement> Platforms(IRenderedComponent<SyncDialog> dialog) =>
        dialog.FindAll("[aria-labelledby=sync-platforms] button");

    private static Task ChooseAsync(IRenderedComponent<SyncDialog> dialog, string platform) =>
        Platforms(dialog).Single(toggle => toggle.TextContent == platform).ClickAsync();

    /// <summary>Enters a provider, and waits until the origin has answered.</summary>
    private async Task EnterAsync(IRenderedComponent<SyncDialog> dialog, string provider)
    {
        string Note() => dialog.Find("#sync-provider-note").TextContent;
        await dialog.Find("#sync-provider").InputAsync(provider);
        // Only until the origin is queried: its time limits use the same clock.
        await EventuallyAsync(() => !Note().Contains("namespace/type", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => !Note().Contains("Loading", StringComparison.Ordinal));
    }

    // The fields wait for a pause in typing.
    private Task EventuallyAsync(Func<bool> condition) => EventuallyAsync(SyncDialog.FindDelay, condition);

    private Task EventuallyAsync(TimeSpan pause, Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        Time.Advance(pause);
        return condition();
    });

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
            return !CancelButtons(dialog).Any();
        });
    }

    private async Task<IRenderedComponent<SyncDialog>> OpenAsync()
    {
        if (_dialogs is null)
        {
            Render<MudPopoverProvider>();
        }

        var dialogs = _dialogs ??= Render<MudDialogProvider>();
        await dialogs.InvokeAsync(() => _shown?.Close(DialogResult.Cancel()));
        _shown = await dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>()
            .ShowAsync<SyncDialog>("Sync", new DialogParameters<SyncDialog> { { dialog => dialog.Group, "default" } }));
        return dialogs.FindComponent<SyncDialog>();
    }
}
