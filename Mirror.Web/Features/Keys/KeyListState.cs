using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>Which part of the keys is shown: all that the page's URL holds.</summary>
/// <param name="Search">Trimmed; empty: everything.</param>
/// <param name="Page">From 1.</param>
public sealed record KeyListState(string Search = "", int Page = 1)
{
    public const int PageSize = 50;

    /// <summary>Reads the query of a URL; what makes no sense there counts as absent.</summary>
    public static KeyListState FromQuery(string? q, string? page)
    {
        string search = (q ?? "").Trim();
        return new KeyListState(search.Length > SearchText.MaxLength ? search[..SearchText.MaxLength] : search, Urls.PageNumber(page));
    }

    /// <summary>What is wrong with the search; null: nothing.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    /// <summary>Only where there is no <see cref="SearchProblem"/>.</summary>
    public SigningKeyQuery ToQuery(bool anonymous) => new(SearchText.Parse(Search), (Page - 1) * PageSize, PageSize, anonymous);

    /// <summary>A URL that shows this; what is as usual is left out.</summary>
    public string ToUrl(string path)
    {
        string url = Search.Length > 0 ? $"{path}?q={Uri.EscapeDataString(Search)}" : path;
        return Page > 1 ? string.Create(CultureInfo.InvariantCulture, $"{url}{(Search.Length > 0 ? '&' : '?')}page={Page}") : url;
    }
}
