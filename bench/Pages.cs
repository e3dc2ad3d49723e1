using System.Text.Json;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>Measures what a browser loads for its first page, and the memory of the server for each open list.</summary>
internal static class Pages
{
    private const string List = "groups/default/-/provider-mirrors";
    private const int Circuits = 20;
    private const int VersionsOnAPage = 50;
    private const double KibiByte = 1024;

    public static async Task MeasureAsync(Figures figures)
    {
        using var directory = new TemporaryDirectory();
        await ManyVersionsData.SeedAsync(directory.Combine("data"), 1_000);
        await using var mirror = await MirrorProcess.StartAsync($"--Mirror:DataDirectory={directory.Combine("data")}", "--Mirror:Upstream:Mode=Offline");
        var chromium = new Chromium();
        await chromium.InitializeAsync();
        try
        {
            await MeasureFirstLoadAsync(figures, mirror, chromium);
            var page = await chromium.OpenAsync(mirror.Url);
            await using var context = page.Context;
            await SignInAsync(page, mirror);
            foreach (int rows in (int[])[VersionsOnAPage, 100, 250])
            {
                await MeasureCircuitsAsync(figures, mirror, context, rows);
            }
        }
        finally
        {
            await chromium.DisposeAsync();
        }
    }

    /// <summary>Without a cache, over HTTPS: browsers accept Brotli only there.</summary>
    private static async Task MeasureFirstLoadAsync(Figures figures, MirrorProcess mirror, Chromium chromium)
    {
        var page = await chromium.OpenAsync(mirror.HttpsUrl);
        await using var context = page.Context;
        var network = await context.NewCDPSessionAsync(page);
        var urls = new Dictionary<string, string>();
        var sizes = new Dictionary<string, double>();
        network.Event("Network.responseReceived").OnEvent += (_, e) =>
            urls[Text(e!.Value, "requestId")] = e.Value.GetProperty("response").GetProperty("url").GetString()!;
        network.Event("Network.loadingFinished").OnEvent += (_, e) => sizes[Text(e!.Value, "requestId")] = e.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");

        await OpenAsync(page, List);

        foreach (var (id, size) in sizes.OrderByDescending(item => item.Value))
        {
            Figures.Note($"{size / KibiByte,6:0.0} KB {(urls.TryGetValue(id, out string? url) ? new Uri(url).AbsolutePath : "?")}");
        }

        figures.AtMost("the first page of a browser, with its headers", sizes.Values.Sum() / KibiByte, 400, "KB");

        static string Text(JsonElement e, string name) => e.GetProperty(name).GetString()!;
    }

    private static async Task MeasureCircuitsAsync(Figures figures, MirrorProcess mirror, IBrowserContext context, int rows)
    {
        string url = $"{List}?size={rows}";
        var pages = new List<IPage>();
        for (int i = 0; i < 3; i++)
        {
            pages.Add(await OpenAsync(await context.NewPageAsync(), url));
        }

        double before = await ManagedHeap.MegabytesAsync(mirror), resident = mirror.ResidentMemory() / 1e6;
        for (int i = 0; i < Circuits; i++)
        {
            pages.Add(await OpenAsync(await context.NewPageAsync(), url));
        }

        // The texts of times change every minute, which renders each list again.
        await Task.Delay(TimeSpan.FromSeconds(65));
        double increase = (await ManagedHeap.MegabytesAsync(mirror) - before) / Circuits;
        Figures.Note(
            $"an open list with {rows} rows: {increase:0.00} MB of managed memory, {((mirror.ResidentMemory() / 1e6) - resident) / Circuits:0.00} MB of resident memory");
        if (rows == VersionsOnAPage)
        {
            figures.AtMost("an open list of a signed-in user, managed memory", increase, 2, "MB");
        }

        foreach (var page in pages)
        {
            await page.CloseAsync();
        }
    }

    private static async Task SignInAsync(IPage page, MirrorProcess mirror)
    {
        await page.GotoAsync("sign-in");
        await page.GetByLabel("Administrator token").FillAsync(await mirror.ReadAdminTokenAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await page.WaitForURLAsync("**/-/provider-mirrors");
    }

    /// <summary>Opens a page, and waits until it has its circuit.</summary>
    private static async Task<IPage> OpenAsync(IPage page, string url)
    {
        await page.GotoAsync(url);
        await page.Locator("[data-circuit]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        return page;
    }
}
