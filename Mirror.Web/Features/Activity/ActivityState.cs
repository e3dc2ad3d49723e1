using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Usage;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Activity;

/// <summary>The filters of the page, as in its URL. An empty filter matches everything.</summary>
/// <param name="What">A value of <see cref="Kinds"/>.</param>
/// <param name="Outcome"><see cref="Done"/> or <see cref="Failed"/>.</param>
/// <param name="From">The first day, in the time zone of the user.</param>
/// <param name="To">The last day, in the time zone of the user.</param>
/// <param name="Before">The last id of the previous page; null starts at the newest event.</param>
public sealed record ActivityState(
    string What = "",
    string Who = "",
    string Provider = "",
    string Outcome = "",
    DateOnly? From = null,
    DateOnly? To = null,
    string Text = "",
    long? Before = null)
{
    public const int PageSize = 50;

    /// <summary>The <see cref="What"/> that lists downloads, which are counted by day and provider.</summary>
    public const string Served = "package.serve";

    public const string Done = "done";
    public const string Failed = "failed";

    /// <summary>The maximum length of each text, in characters.</summary>
    public const int MaxLength = SearchText.MaxLength;

    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The prefixes of actions to choose from.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "", "package.cache", Served, "package.import", "package.delete", "version.delete", "package", "version", "module", "documents",
        "integrity", "access", "sync", "job", "policy", "settings", "group.", "workspace", "user", "member", "service-account", "token",
        "variable",
    ];

    public bool IsFiltered => this with { Before = null } != new ActivityState();

    /// <summary>Whether downloads match the filters: they are recorded without a user and searchable text.</summary>
    public bool IncludesServed => What is "" or "package" && Who.Length == 0 && Text.Length == 0 && Outcome != Failed;

    public string? ProviderProblem => Provider.Length == 0 || ProviderAddress.TryParse(Provider, out _)
        ? null
        : Texts.InvalidProvider.With(Provider);

    public string? TextProblem => SearchText.TryParse(Text, out _, out string? fault) ? null : fault;

    /// <summary>The display name of a value of <see cref="Kinds"/>.</summary>
    public static string NameOf(string kind) =>
        Texts.ResourceManager.GetString($"Kind.{(kind.Length == 0 ? "all" : kind)}", Texts.Culture) ?? kind;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    /// <param name="find">Finds a parameter by its name.</param>
    public static ActivityState FromQuery(Func<string, string?> find) => new(
        Kinds.Contains(find("what")) ? find("what")! : "",
        Clean(find("who")),
        Clean(find("provider")),
        find("outcome") is Done or Failed ? find("outcome")! : "",
        Day(find("from")),
        Day(find("to")),
        Clean(find("q")),
        long.TryParse(find("before"), NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id > 0 ? id : null);

    /// <summary>Call only if <see cref="TextProblem"/> is null.</summary>
    /// <param name="zone">The time zone of the days.</param>
    public AuditQuery ToQuery(ResolvedNamespace below, TimeZoneInfo zone) => new(below)
    {
        Action = What.Length == 0 ? null : What,
        Principal = Who.Length == 0 ? null : Who,
        Provider = ProviderAddress.TryParse(Provider, out var provider) ? provider : null,
        Succeeded = Outcome switch { Done => true, Failed => false, _ => null },
        From = Start(From, zone),
        To = Start(To?.AddDays(1), zone),
        Text = SearchText.Parse(Text),
        Before = Before,
        Take = PageSize,
    };

    public ServedQuery ToServedQuery(TimeZoneInfo zone) =>
        new(ProviderAddress.TryParse(Provider, out var provider) ? provider : null, Start(From, zone))
        {
            To = Start(To?.AddDays(1), zone),
            Text = SearchText.Parse(Text),
            Before = Before,
            Take = PageSize,
        };

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        string query = ToQueryString();
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    public string ToQueryString()
    {
        (string Name, string? Value)[] all =
        [
            ("what", What), ("who", Who), ("provider", Provider), ("outcome", Outcome),
            ("from", From?.ToString(DayFormat, CultureInfo.InvariantCulture)), ("to", To?.ToString(DayFormat, CultureInfo.InvariantCulture)),
            ("q", Text), ("before", Before?.ToString(CultureInfo.InvariantCulture)),
        ];
        return string.Join(
            '&', all.Where(item => !string.IsNullOrEmpty(item.Value)).Select(item => $"{item.Name}={Uri.EscapeDataString(item.Value!)}"));
    }

    private static DateTimeOffset? Start(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is not { } first)
        {
            return null;
        }

        var midnight = first.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 1 and < 9999
            ? day
            : null;

    private static string Clean(string? text)
    {
        string trimmed = (text ?? "").Trim();
        return trimmed.Length > MaxLength ? trimmed[..MaxLength] : trimmed;
    }
}
