using Microsoft.Playwright;

namespace Mirror.E2E.Browser;

/// <summary>The connection by which an open page works.</summary>
internal static class Circuit
{
    /// <summary>
    /// Opens a page and waits until its circuit is there: what is clicked or focused before is replaced by what it draws.
    /// </summary>
    public static async Task OpenAsync(this IPage page, string url)
    {
        await page.GotoAsync(url);
        await page.WhenInteractiveAsync();
    }

    public static Task WhenInteractiveAsync(this IPage page) =>
        page.Locator(".notifications").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
