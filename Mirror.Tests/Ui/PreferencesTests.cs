using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Ui;

public sealed class PreferencesTests : UiFixture
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.FromHours(2));

    [Theory]
    [InlineData("", null, null, null, null)]
    [InlineData("mirror-theme=dark; mirror-density=comfortable; mirror-clock=utc; mirror-zone=Europe/Berlin", "dark", "comfortable", "utc", "Europe/Berlin")]
    [InlineData("mirror-theme=blue; mirror-density=x; mirror-clock=local", null, null, null, null)]
    public void Cookies_WithAnyContent_AreTheKnownChoices(string cookies, string? theme, string? density, string? clock, string? zone)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = new StringValues(cookies);
        var cookieFeature = new RequestCookiesFeature(context.Features);

        Assert.Equal(new Preferences(theme, density, clock, zone), Preferences.Read(cookieFeature.Cookies));
    }

    [Theory]
    [InlineData(null, null, "2026-03-14 10:00:00 UTC")]
    [InlineData(null, "Asia/Tokyo", "2026-03-14 19:00:00 +09:00")]
    [InlineData("utc", "Asia/Tokyo", "2026-03-14 10:00:00 UTC")]
    [InlineData(null, "Nowhere/Land", "2026-03-14 10:00:00 UTC")]
    public void Time_InTheChosenZone_NamesIt(string? clock, string? zone, string text) =>
        Assert.Equal(text, new Preferences(Clock: clock, Zone: zone).Exact(Noon));

    [Fact]
    public void RelativeTime_ForAUserInAZone_HasThatZoneInItsTooltip()
    {
        var time = Render<RelativeTime>(parameters => parameters
            .AddCascadingValue(new Preferences(Zone: "Asia/Tokyo")).Add(x => x.At, Noon).Add(x => x.By, "mira"));

        Assert.Equal("2026-03-14 19:00:00 +09:00 by mira", time.Find("time").GetAttribute("title"));
    }

    [Fact]
    public async Task Choice_InTheDialog_AppliesAtOnceAndIsKept()
    {
        var store = Services.GetRequiredService<PreferenceStore>();
        int changes = 0;
        store.Changed += () => changes++;
        var provider = Render<MudDialogProvider>();
        await provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<PreferencesDialog>("Preferences"));

        await provider.FindAll("label").Single(label => label.TextContent.Contains("Dark", StringComparison.Ordinal)).QuerySelector("input")!.ClickAsync(new());
        await provider.FindAll("label").Single(label => label.TextContent.Contains("UTC", StringComparison.Ordinal)).QuerySelector("input")!.ClickAsync(new());

        Assert.Equal(new Preferences(Theme: "dark", Clock: "utc"), store.Current);
        Assert.Equal(2, changes);
        Assert.Equal(["dark", null, "utc"], JSInterop.Invocations["mirror.setPreferences"][^1].Arguments);
    }

    [Fact]
    public async Task Zone_NotInTheRequest_IsAskedOfTheBrowser()
    {
        JSInterop.Setup<string?>("mirror.timeZone").SetResult("Asia/Tokyo");
        var store = Services.GetRequiredService<PreferenceStore>();

        await store.FindZoneAsync();

        Assert.Equal("Asia/Tokyo", store.Current.Zone);
    }
}
