using System.Globalization;

namespace Mirror.Web.Ui;

/// <summary>How a user wants the UI to look. Each browser has its own, in cookies that <c>mirror.js</c> writes.</summary>
/// <param name="Theme"><c>light</c> or <c>dark</c>; null follows the system.</param>
/// <param name="Density"><c>comfortable</c>; null is compact.</param>
/// <param name="Clock"><c>utc</c>; null shows times in the browser's time zone.</param>
/// <param name="Zone">The browser's time zone, such as <c>Europe/Berlin</c>; null until its script ran once.</param>
public sealed record Preferences(string? Theme = null, string? Density = null, string? Clock = null, string? Zone = null)
{
    public const string ThemeCookie = "mirror-theme";
    public const string DensityCookie = "mirror-density";
    public const string ClockCookie = "mirror-clock";
    public const string ZoneCookie = "mirror-zone";

    public const string Light = "light";
    public const string Dark = "dark";
    public const string Compact = "compact";
    public const string Comfortable = "comfortable";
    public const string Utc = "utc";

    /// <summary>The value of <c>data-density</c>.</summary>
    public string ShownDensity => Density ?? Compact;

    /// <summary>The time zone in which times are shown: UTC if chosen, or if the server does not know the browser's.</summary>
    public TimeZoneInfo ShownZone =>
        Clock is null && Zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? zone : TimeZoneInfo.Utc;

    public static Preferences Read(IRequestCookieCollection cookies) => new(
        cookies[ThemeCookie] is Light or Dark ? cookies[ThemeCookie] : null,
        cookies[DensityCookie] is Comfortable ? Comfortable : null,
        cookies[ClockCookie] is Utc ? Utc : null,
        cookies[ZoneCookie] is { Length: > 0 and <= 64 } zone ? zone : null);

    /// <summary>A time to the second with its offset from UTC: <c>2026-03-14 10:00:00 UTC</c>, <c>2026-03-14 12:00:00 +02:00</c>.</summary>
    public string Exact(DateTimeOffset at) => WithOffset(at, "yyyy-MM-dd HH:mm:ss");

    /// <summary>A time to the minute with its offset from UTC.</summary>
    public string Minute(DateTimeOffset at) => WithOffset(at, "yyyy-MM-dd HH:mm");

    /// <summary>The time of day to the second with its offset from UTC.</summary>
    public string TimeOfDay(DateTimeOffset at) => WithOffset(at, "HH:mm:ss");

    /// <summary>The date of a time where the user is.</summary>
    public string Date(DateTimeOffset at) => Local(at, "yyyy-MM-dd");

    /// <summary>A time where the user is.</summary>
    /// <param name="format">Without the offset from UTC.</param>
    public string Local(DateTimeOffset at, string format) =>
        TimeZoneInfo.ConvertTime(at, ShownZone).ToString(format, CultureInfo.InvariantCulture);

    private string WithOffset(DateTimeOffset at, string format) =>
        Local(at, format + (ReferenceEquals(ShownZone, TimeZoneInfo.Utc) ? " 'UTC'" : " zzz"));
}
