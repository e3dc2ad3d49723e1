using Microsoft.Playwright;

namespace Mirror.E2E.Browser;

/// <summary>The connection of an interactive page.</summary>
internal static class Circuit
{
    /// <summary>
    /// Opens a page and waits until its circuit is connected. Before that, its rendering would replace elements that are clicked or
    /// focused.
    /// </summary>
    public static async Task OpenAsync(this IPage page, string url)
    {
        await page.GotoAsync(url);
        await page.WhenInteractiveAsync();
    }

    public static Task WhenInteractiveAsync(this IPage page) =>
        page.Locator("[data-circuit]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
