using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Which part of the list is shown, in which order: all that the page's URL holds.</summary>
/// <param name="Search">Trimmed; empty: everything.</param>
/// <param name="Page">From 1.</param>
/// <param name="ByProvider">Whether each row is a provider with its versions folded.</param>
/// <param name="Unfolded">The provider whose versions are shown, as people read its address.</param>
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

    /// <summary>Reads the query of a URL; what makes no sense there counts as absent.</summary>
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

    /// <summary>What is wrong with the search; null: nothing.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    /// <summary>Only where there is no <see cref="SearchProblem"/>.</summary>
    public VersionQuery ToQuery() => new(SearchText.Parse(Search), Sort, Descending, (Page - 1) * PageSize, PageSize);

    /// <summary>A URL that shows this; what is as usual is left out.</summary>
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

    /// <summary>What choosing a column leads to: its usual direction first, then the other one.</summary>
    public VersionListState SortedBy(VersionSort sort) => this with
    {
        Sort = sort,
        Descending = sort == Sort ? !Descending : IsNaturallyDescending(sort),
        Page = 1,
    };

    /// <summary>What the switch between versions and providers leads to.</summary>
    public VersionListState Grouped(bool byProvider) => this with { ByProvider = byProvider, Page = 1, Unfolded = null };

    /// <summary>What choosing a provider leads to: its versions are shown, or folded again.</summary>
    public VersionListState Unfolding(string provider) => this with { Unfolded = Unfolded == provider ? null : provider };

    /// <summary>What typing into the search box leads to.</summary>
    public VersionListState Searching(string? search) =>
        FromQuery(search, SortName(Sort), Descending ? "desc" : "asc", null, ByProvider ? Providers : null, Unfolded);

    public static string SortName(VersionSort sort) => SortNames.First(x => x.Sort == sort).Name;

    // Newest, latest and largest are what one looks for; addresses read from A to Z.
    private static bool IsNaturallyDescending(VersionSort sort) => sort != VersionSort.Provider;
}
