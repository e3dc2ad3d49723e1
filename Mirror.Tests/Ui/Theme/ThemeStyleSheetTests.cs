using System.Text.RegularExpressions;
using Bunit;
using Mirror.Tests.Snapshots;
using Mirror.Web.Ui.Theme;
using MudBlazor;
using MudBlazor.Services;

namespace Mirror.Tests.Ui.Theme;

/// <summary><c>mudblazor-theme.css</c> is what MudBlazor would write into every page for <see cref="MirrorTheme"/>.</summary>
public sealed partial class ThemeStyleSheetTests : BunitContext
{
    [Fact]
    public async Task StyleSheet_IsThatOfTheTheme()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        string light = Variables(false);
        string dark = string.Concat(Variables(true).Split('\n').Except(light.Split('\n')).Select(line => line + "\n"));

        await Snapshot.AssertAsync(
            "../../../Mirror.Web/wwwroot/assets/mudblazor-theme.css",
            $$"""
            /* Generated from Ui/Theme/MirrorTheme.cs by ThemeStyleSheetTests; see CONTRIBUTING.md. */
            :root {
              color-scheme: light;
            {{light}}}

            [data-theme="dark"] {
              color-scheme: dark;
            {{dark}}}

            @media (prefers-color-scheme: dark) {
              :root:not([data-theme]) {
                color-scheme: dark;
            {{Declaration().Replace(dark, "  $0")}}  }
            }

            """);
    }

    private string Variables(bool isDark)
    {
        var provider = Render<MudThemeProvider>(parameters => parameters.Add(x => x.Theme, MirrorTheme.Instance).Add(x => x.IsDarkMode, isDark));
        var lines = Declaration().Matches(provider.Markup).Select(match => match.Value.Trim() + "\n").ToList();
        Assert.NotEmpty(lines);
        return string.Concat(lines.Select(line => "  " + line));
    }

    [GeneratedRegex(@"^[ \t]*--mud-[^\n;]+;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declaration();
}
