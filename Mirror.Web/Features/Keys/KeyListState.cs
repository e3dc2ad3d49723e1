using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>The state of the page, as in its URL.</summary>
/// <param name="Search">Trimmed; empty matches everything.</param>
/// <param name="Page">From 1.</param>
public sealed record KeyListState(string Search = "", int Page = 1)
{
    public const int PageSize = 50;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static KeyListState FromQuery(string? q, string? page)
    {
        string search = (q ?? "").Trim();
        return new KeyListState(search.Length > SearchText.MaxLength ? search[..SearchText.MaxLength] : search, Urls.PageNumber(page));
    }

    /// <summary>Why the search is invalid; null if it is valid.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    /// <summary>Call only if <see cref="SearchProblem"/> is null.</summary>
    public SigningKeyQuery ToQuery(bool anonymous) => new(SearchText.Parse(Search), (Page - 1) * PageSize, PageSize, anonymous);

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        string url = Search.Length > 0 ? $"{path}?q={Uri.EscapeDataString(Search)}" : path;
        return Page > 1 ? string.Create(CultureInfo.InvariantCulture, $"{url}{(Search.Length > 0 ? '&' : '?')}page={Page}") : url;
    }
}
