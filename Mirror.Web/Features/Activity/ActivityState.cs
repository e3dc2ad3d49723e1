using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Usage;

namespace Mirror.Web.Features.Activity;

/// <summary>The filters of the page, as in its URL. An empty filter matches everything.</summary>
/// <param name="What">A value of <see cref="Kinds"/>.</param>
/// <param name="Outcome"><c>done</c> or <c>failed</c>.</param>
/// <param name="Period">A value of <see cref="Periods"/>.</param>
/// <param name="Before">The last id of the previous page; null starts at the newest event.</param>
public sealed record ActivityState(
    string What = "", string Who = "", string Provider = "", string Outcome = "", string Period = "", string Text = "", long? Before = null)
{
    public const int PageSize = 50;

    /// <summary>The <see cref="What"/> that lists downloads, which are counted by day and provider.</summary>
    public const string Served = "package.serve";

    /// <summary>The maximum length of each text, in characters.</summary>
    public const int MaxLength = SearchText.MaxLength;

    /// <summary>The prefixes of actions to choose from, with their names.</summary>
    public static IReadOnlyList<(string Value, string Name)> Kinds { get; } =
    [
        ("", "Everything"),
        ("package.cache", "Cached"),
        (Served, "Served"),
        ("package.import", "Imported"),
        ("package.delete", "Deleted packages"),
        ("version.delete", "Deleted versions"),
        ("package", "All about packages"),
        ("version", "All about versions"),
        ("module", "Modules"),
        ("documents", "Dropped documents"),
        ("integrity", "Integrity checks"),
        ("access", "Denied access"),
        ("sync", "Syncs"),
        ("job", "Jobs"),
        ("policy", "Policy"),
        ("settings", "Settings"),
        ("group.", "Groups"),
        ("workspace", "Workspaces"),
        ("user", "Users and sign-ins"),
        ("member", "Members"),
        ("service-account", "Service accounts"),
        ("token", "Tokens"),
        ("variable", "Variables"),
    ];

    public static IReadOnlyList<(string Value, string Name, TimeSpan Length)> Periods { get; } =
    [
        ("hour", "Last hour", TimeSpan.FromHours(1)),
        ("day", "Last 24 hours", TimeSpan.FromDays(1)),
        ("week", "Last 7 days", TimeSpan.FromDays(7)),
        ("month", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    public bool IsFiltered => this with { Before = null } != new ActivityState();

    /// <summary>Whether downloads match the filters: they are recorded without a user and searchable text.</summary>
    public bool IncludesServed => What is "" or "package" && Who.Length == 0 && Text.Length == 0 && Outcome != "failed";

    public string? ProviderProblem => Provider.Length == 0 || ProviderAddress.TryParse(Provider, out _)
        ? null
        : $"“{Provider}” is not a provider; expected namespace/type or hostname/namespace/type, such as hashicorp/aws.";

    public string? TextProblem => SearchText.TryParse(Text, out _, out string? fault) ? null : fault;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static ActivityState FromQuery(
        string? what, string? who, string? provider, string? outcome, string? period, string? text, string? before) => new(
        Kinds.Any(kind => kind.Value == what) ? what! : "",
        Clean(who),
        Clean(provider),
        outcome is "done" or "failed" ? outcome : "",
        Periods.Any(known => known.Value == period) ? period! : "",
        Clean(text),
        long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id > 0 ? id : null);

    /// <summary>Call only if <see cref="TextProblem"/> is null.</summary>
    public AuditQuery ToQuery(ResolvedNamespace below, DateTimeOffset now) => new(below)
    {
        Action = What.Length == 0 ? null : What,
        Principal = Who.Length == 0 ? null : Who,
        Provider = ProviderAddress.TryParse(Provider, out var provider) ? provider : null,
        Succeeded = Outcome switch { "done" => true, "failed" => false, _ => null },
        From = Since(now),
        Text = SearchText.Parse(Text),
        Before = Before,
        Take = PageSize,
    };

    public ServedQuery ToServedQuery(DateTimeOffset now) =>
        new(ProviderAddress.TryParse(Provider, out var provider) ? provider : null, Since(now))
        {
            Text = SearchText.Parse(Text),
            Before = Before,
            Take = PageSize,
        };

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        (string Name, string Value)[] all =
        [
            ("what", What), ("who", Who), ("provider", Provider), ("outcome", Outcome), ("period", Period), ("q", Text),
            ("before", Before?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];
        string query = string.Join(
            '&', all.Where(item => item.Value.Length > 0).Select(item => $"{item.Name}={Uri.EscapeDataString(item.Value)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    private DateTimeOffset? Since(DateTimeOffset now) =>
        Period.Length == 0 ? null : now - Periods.First(known => known.Value == Period).Length;

    private static string Clean(string? text)
    {
        string trimmed = (text ?? "").Trim();
        return trimmed.Length > MaxLength ? trimmed[..MaxLength] : trimmed;
    }
}
