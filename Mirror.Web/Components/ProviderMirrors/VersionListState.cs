using System.Globalization;
using Mirror.Core.Catalog;

namespace Mirror.Web.Components.ProviderMirrors;

/// <summary>Which part of the list is shown, in which order: all that the page's URL holds.</summary>
/// <param name="Search">Trimmed; empty: everything.</param>
/// <param name="Page">From 1.</param>
public sealed record VersionListState(string Search = "", VersionSort Sort = VersionSort.Provider, bool Descending = false, int Page = 1)
{
    public const int PageSize = 50;

    private const int MaxSearchLength = 200;

    private static readonly (VersionSort Sort, string Name)[] SortNames =
    [
        (VersionSort.Provider, "provider"),
        (VersionSort.Version, "version"),
        (VersionSort.CachedAt, "cached"),
        (VersionSort.LastUsedAt, "used"),
        (VersionSort.Size, "size"),
    ];

    /// <summary>Reads the query of a URL; what makes no sense there counts as absent.</summary>
    public static VersionListState FromQuery(string? q, string? sort, string? order, string? page)
    {
        string search = (q ?? "").Trim();
        var sorting = SortNames.FirstOrDefault(x => x.Name == sort).Sort;
        return new VersionListState(
            search.Length > MaxSearchLength ? search[..MaxSearchLength] : search,
            sorting,
            order switch { "asc" => false, "desc" => true, _ => IsNaturallyDescending(sorting) },
            int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and < 1_000_000 ? number : 1);
    }

    public VersionQuery ToQuery() => new(Search, Sort, Descending, (Page - 1) * PageSize, PageSize);

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

    /// <summary>What typing into the search box leads to.</summary>
    public VersionListState Searching(string? search) => FromQuery(search, SortName(Sort), Descending ? "desc" : "asc", null);

    public static string SortName(VersionSort sort) => SortNames.First(x => x.Sort == sort).Name;

    // Newest, latest and largest are what one looks for; addresses read from A to Z.
    private static bool IsNaturallyDescending(VersionSort sort) => sort != VersionSort.Provider;
}
