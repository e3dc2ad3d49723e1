using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The state of the page, as in its URL.</summary>
/// <param name="Search">Trimmed; empty matches everything.</param>
/// <param name="Page">From 1.</param>
/// <param name="ByProvider">Whether the rows are providers.</param>
public sealed record VersionListState(
    string Search = "",
    VersionSort Sort = VersionSort.Provider,
    bool Descending = false,
    int Page = 1,
    bool ByProvider = false)
{
    /// <summary>The <c>view</c> of a URL that lists providers.</summary>
    public const string Providers = "providers";

    public const int DefaultPageSize = 50;

    private static readonly (VersionSort Sort, string Name)[] SortNames =
    [
        (VersionSort.Provider, "provider"),
        (VersionSort.Version, "version"),
        (VersionSort.CachedAt, "cached"),
        (VersionSort.LastUsedAt, "used"),
        (VersionSort.Size, "size"),
        (VersionSort.Trust, "trust"),
        (VersionSort.Platforms, "platforms"),
        (VersionSort.CachedBy, "by"),
    ];

    /// <summary>The numbers of rows per page that can be chosen.</summary>
    public static IReadOnlyList<int> PageSizes { get; } = [DefaultPageSize, 100, 250];

    public int PageSize { get; init; } = DefaultPageSize;

    public ListFilter Filter { get; init; } = ListFilter.None;

    /// <summary>The names of filters in the URL that are invalid and do not filter, separated by commas.</summary>
    public string Invalid { get; init; } = "";

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    /// <param name="parameter">The value of a parameter by its name; null if it is absent.</param>
    public static VersionListState FromQuery(Func<string, string?> parameter)
    {
        string search = (parameter("q") ?? "").Trim();
        string? sort = parameter("sort");
        var sorting = SortNames.FirstOrDefault(x => x.Name == sort).Sort;
        var filter = ListFilter.Read(parameter, out var invalid);
        return new VersionListState(
            search.Length > SearchText.MaxLength ? search[..SearchText.MaxLength] : search,
            sorting,
            parameter("order") switch { "asc" => false, "desc" => true, _ => IsNaturallyDescending(sorting) },
            Urls.PageNumber(parameter("page")),
            parameter("view") == Providers)
        {
            PageSize = PageSizes.FirstOrDefault(
                size => size.ToString(CultureInfo.InvariantCulture) == parameter("size"), DefaultPageSize),
            Filter = filter,
            Invalid = string.Join(", ", invalid),
        };
    }

    /// <summary>Whether all versions are listed.</summary>
    public bool IsUnfiltered => Search.Length == 0 && Filter == ListFilter.None;

    /// <summary>Why the search is invalid; null if it is valid.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    /// <summary>Call only if <see cref="SearchProblem"/> is null.</summary>
    public VersionQuery ToQuery(DateTimeOffset now) =>
        new(SearchText.Parse(Search), Sort, Descending, (Page - 1) * PageSize, PageSize)
        {
            Provider = Filter.Provider,
            Filter = Filter.ToFilter(now),
        };

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        string query = ToQueryString();
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    /// <summary>The query of the URL of this state, without <c>?</c>.</summary>
    public string ToQueryString()
    {
        var query = new List<string>();
        Add("q", Search.Length > 0 ? Search : null);
        foreach (var (name, value) in Filter.ToParameters())
        {
            Add(name, value);
        }

        Add("sort", Sort == VersionSort.Provider ? null : SortName(Sort));
        Add("order", Descending == IsNaturallyDescending(Sort) ? null : Descending ? "desc" : "asc");
        Add("view", ByProvider ? Providers : null);
        Add("size", PageSize == DefaultPageSize ? null : PageSize.ToString(CultureInfo.InvariantCulture));
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        return string.Join('&', query);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Add($"{name}={Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal)}");
            }
        }
    }

    /// <summary>The state after choosing a column: its usual direction first, then the other one.</summary>
    public VersionListState SortedBy(VersionSort sort) => this with
    {
        Sort = sort,
        Descending = sort == Sort ? !Descending : IsNaturallyDescending(sort),
        Page = 1,
    };

    /// <summary>The state after switching between versions and providers.</summary>
    public VersionListState Grouped(bool byProvider) => this with { ByProvider = byProvider, Page = 1 };

    /// <summary>The state after opening a provider: its versions, with the other filters kept.</summary>
    public VersionListState Within(ProviderAddress provider) =>
        this with { ByProvider = false, Page = 1, Filter = Filter with { Provider = provider } };

    /// <summary>The state after choosing filters.</summary>
    public VersionListState Filtered(ListFilter filter) => this with { Filter = filter, Page = 1, Invalid = "" };

    /// <summary>The state after removing the search and all filters.</summary>
    public VersionListState Cleared() => this with { Search = "", Filter = ListFilter.None, Page = 1, Invalid = "" };

    /// <summary>The state after choosing the number of rows per page; the first row stays on the page.</summary>
    public VersionListState Sized(int size) => this with { PageSize = size, Page = ((Page - 1) * PageSize / size) + 1 };

    /// <summary>The state after typing in the search box.</summary>
    public VersionListState Searching(string? search)
    {
        string text = (search ?? "").Trim();
        return this with { Search = text.Length > SearchText.MaxLength ? text[..SearchText.MaxLength] : text, Page = 1 };
    }

    public static string SortName(VersionSort sort) => SortNames.First(x => x.Sort == sort).Name;

    // Newest, latest and largest first; names from A to Z, and what is trusted least.
    private static bool IsNaturallyDescending(VersionSort sort) =>
        sort is not (VersionSort.Provider or VersionSort.CachedBy or VersionSort.Trust);
}
