using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The state of the page, as in its URL.</summary>
/// <param name="Search">Trimmed; empty matches everything.</param>
/// <param name="Page">From 1.</param>
/// <param name="ByProvider">Whether the rows are providers.</param>
/// <param name="Unfolded">The display address of the expanded provider.</param>
public sealed record VersionListState(
    string Search = "",
    VersionSort Sort = VersionSort.Provider,
    bool Descending = false,
    int Page = 1,
    bool ByProvider = false,
    string? Unfolded = null)
{
    /// <summary>The <c>view</c> of a URL that lists providers.</summary>
    public const string Providers = "providers";

    public const int PageSize = 50;

    private static readonly (VersionSort Sort, string Name)[] SortNames =
    [
        (VersionSort.Provider, "provider"),
        (VersionSort.Version, "version"),
        (VersionSort.CachedAt, "cached"),
        (VersionSort.LastUsedAt, "used"),
        (VersionSort.Size, "size"),
    ];

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static VersionListState FromQuery(string? q, string? sort, string? order, string? page, string? view = null, string? open = null)
    {
        string search = (q ?? "").Trim();
        var sorting = SortNames.FirstOrDefault(x => x.Name == sort).Sort;
        return new VersionListState(
            search.Length > SearchText.MaxLength ? search[..SearchText.MaxLength] : search,
            sorting,
            order switch { "asc" => false, "desc" => true, _ => IsNaturallyDescending(sorting) },
            Urls.PageNumber(page),
            view == Providers,
            view == Providers && ProviderAddress.TryParse(open, out var provider) ? provider.Display : null);
    }

    /// <summary>Why the search is invalid; null if it is valid.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    /// <summary>Call only if <see cref="SearchProblem"/> is null.</summary>
    public VersionQuery ToQuery() => new(SearchText.Parse(Search), Sort, Descending, (Page - 1) * PageSize, PageSize);

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        var query = new List<string>();
        if (Search.Length > 0)
        {
            query.Add($"q={Uri.EscapeDataString(Search)}");
        }

        if (Sort != VersionSort.Provider)
        {
            query.Add($"sort={SortName(Sort)}");
        }

        if (Descending != IsNaturallyDescending(Sort))
        {
            query.Add($"order={(Descending ? "desc" : "asc")}");
        }

        if (ByProvider)
        {
            query.Add($"view={Providers}");
        }

        if (Unfolded is not null)
        {
            query.Add($"open={Uri.EscapeDataString(Unfolded).Replace("%2F", "/", StringComparison.Ordinal)}");
        }

        if (Page > 1)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"page={Page}"));
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>The state after choosing a column: its usual direction first, then the other one.</summary>
    public VersionListState SortedBy(VersionSort sort) => this with
    {
        Sort = sort,
        Descending = sort == Sort ? !Descending : IsNaturallyDescending(sort),
        Page = 1,
    };

    /// <summary>The state after switching between versions and providers.</summary>
    public VersionListState Grouped(bool byProvider) => this with { ByProvider = byProvider, Page = 1, Unfolded = null };

    /// <summary>The state after expanding or collapsing a provider.</summary>
    public VersionListState Unfolding(string provider) => this with { Unfolded = Unfolded == provider ? null : provider };

    /// <summary>The state after typing in the search box.</summary>
    public VersionListState Searching(string? search) =>
        FromQuery(search, SortName(Sort), Descending ? "desc" : "asc", null, ByProvider ? Providers : null, Unfolded);

    public static string SortName(VersionSort sort) => SortNames.First(x => x.Sort == sort).Name;

    // Newest, latest and largest first; addresses from A to Z.
    private static bool IsNaturallyDescending(VersionSort sort) => sort != VersionSort.Provider;
}
