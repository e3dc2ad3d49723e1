using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The filters of the list, as in its URL. Null values do not filter.</summary>
public sealed record ListFilter
{
    /// <summary>The <c>trust</c> of a URL that lists versions without packages.</summary>
    public const string Empty = "empty";

    /// <summary>In days.</summary>
    public const int MaxUnused = 3650;

    /// <summary>The maximum length of the name of a principal, in characters.</summary>
    public const int MaxName = 256;

    private const string DateFormat = "yyyy-MM-dd";

    public static ListFilter None { get; } = new();

    public static IReadOnlyList<string> TrustNames { get; } =
        [.. Enum.GetValues<TrustLevel>().OrderDescending().Select(level => level.ToString().ToLowerInvariant()), Empty];

    /// <summary>One of <see cref="TrustNames"/>.</summary>
    public string? Trust { get; init; }

    public ProviderHostname? Hostname { get; init; }

    /// <summary>Only versions of this provider.</summary>
    public ProviderAddress? Provider { get; init; }

    public Platform? Platform { get; init; }

    /// <summary>The full name of the principal that caused a version to be stored.</summary>
    public string? CachedBy { get; init; }

    /// <summary>The first day, in UTC, on which a version was stored.</summary>
    public DateOnly? CachedFrom { get; init; }

    /// <summary>The last day, in UTC, on which a version was stored.</summary>
    public DateOnly? CachedTo { get; init; }

    /// <summary>The number of days for which a version was not used.</summary>
    public int? UnusedDays { get; init; }

    /// <summary>Whether the policy hides a version.</summary>
    public bool? Hidden { get; init; }

    /// <summary>Reads the parameters of a URL.</summary>
    /// <param name="parameter">The value of a parameter by its name; null if it is absent.</param>
    /// <param name="invalid">The names of parameters with invalid values, which do not filter.</param>
    public static ListFilter Read(Func<string, string?> parameter, out IReadOnlyList<string> invalid)
    {
        var faults = new List<string>();
        var filter = new ListFilter
        {
            Trust = Get("trust", text => TrustNames.Contains(text) ? text : null),
            Hostname = Get("host", text => ProviderHostname.TryParse(text, out var hostname) ? hostname : null),
            Provider = Get("provider", text => ProviderAddress.TryParse(text, out var provider) ? provider : null),
            Platform = GetValue("platform", text => Core.Addresses.Platform.TryParse(text.Replace('/', '_'), out var platform) ? (Platform?)platform : null),
            CachedBy = Get("by", text => text.Length <= MaxName && !text.Any(char.IsControl) ? text : null),
            CachedFrom = GetValue("from", ParseDay),
            CachedTo = GetValue("to", ParseDay),
            UnusedDays = GetValue("unused", ParseDays),
            Hidden = GetValue("hidden", text => text switch { "yes" => true, "no" => (bool?)false, _ => null }),
        };
        invalid = faults;
        return filter;

        T? Get<T>(string name, Func<string, T?> parse)
            where T : class => parameter(name)?.Trim() is { Length: > 0 } text ? parse(text) ?? Note<T>(name) : null;

        T? GetValue<T>(string name, Func<string, T?> parse)
            where T : struct
        {
            if (parameter(name)?.Trim() is not { Length: > 0 } text)
            {
                return null;
            }

            var value = parse(text);
            if (value is null)
            {
                faults.Add(name);
            }

            return value;
        }

        T? Note<T>(string name)
            where T : class
        {
            faults.Add(name);
            return null;
        }
    }

    /// <summary>The parameters of the URL.</summary>
    public IEnumerable<(string Name, string Value)> ToParameters() => new (string Name, string? Value)[]
    {
        ("trust", Trust),
        ("host", Hostname?.Value),
        ("provider", Provider?.Display),
        ("platform", Platform?.Value),
        ("by", CachedBy),
        ("from", CachedFrom?.ToString(DateFormat, CultureInfo.InvariantCulture)),
        ("to", CachedTo?.ToString(DateFormat, CultureInfo.InvariantCulture)),
        ("unused", UnusedDays is { } days ? string.Create(CultureInfo.InvariantCulture, $"{days}d") : null),
        ("hidden", Hidden switch { true => "yes", false => "no", null => null }),
    }.Where(item => item.Value is not null).Select(item => (item.Name, item.Value!));

    /// <summary>The filter of a query, except for <see cref="Provider"/>.</summary>
    public VersionFilter ToFilter(DateTimeOffset now) => new()
    {
        Trust = Trust is null or Empty ? null : Enum.Parse<TrustLevel>(Trust, ignoreCase: true),
        Empty = Trust == Empty,
        Hostname = Hostname,
        Platform = Platform,
        CachedBy = CachedBy,
        CachedFrom = CachedFrom is { } from ? StartOf(from) : null,
        CachedBefore = CachedTo is { } to && to < DateOnly.MaxValue ? StartOf(to.AddDays(1)) : null,
        UnusedSince = UnusedDays is { } days ? now.AddDays(-days) : null,
        Hidden = Hidden,
    };

    /// <summary>The filters in use: a text for each, and the filters without it.</summary>
    public IEnumerable<(string Text, ListFilter Without)> Chips() => new (string? Text, ListFilter Without)[]
    {
        (Trust is null ? null : Texts.FilterChipTrust.With(Trust), this with { Trust = null }),
        (Hostname is null ? null : Texts.FilterChipHost.With(Hostname.Display), this with { Hostname = null }),
        (Provider is null ? null : Texts.FilterChipProvider.With(Provider.Display), this with { Provider = null }),
        (Platform is { } platform ? Texts.FilterChipPlatform.With(platform.Display) : null, this with { Platform = null }),
        (CachedBy is null ? null : Texts.FilterChipCachedBy.With(CachedBy), this with { CachedBy = null }),
        (CachedFrom is { } from ? Texts.FilterChipFrom.With(Day(from)) : null, this with { CachedFrom = null }),
        (CachedTo is { } to ? Texts.FilterChipTo.With(Day(to)) : null, this with { CachedTo = null }),
        (UnusedDays is { } days ? TextFormat.Count(days, Texts.FilterChipUnusedDay, Texts.FilterChipUnusedDays) : null, this with { UnusedDays = null }),
        (Hidden switch { true => Texts.FilterChipHidden, false => Texts.FilterChipVisible, null => null }, this with { Hidden = null }),
    }.Where(chip => chip.Text is not null).Select(chip => (chip.Text!, chip.Without));

    private static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly? ParseDay(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static int? ParseDays(string text) =>
        text.EndsWith('d')
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int days)
        && days is > 0 and <= MaxUnused ? days : null;
}
