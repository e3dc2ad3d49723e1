using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Core.Verification;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>A filter of the list by the state of the keys.</summary>
public enum KeyFilter
{
    All,
    Pinned,
    Accepted,
    New,
    Refused,
    Expired,
}

/// <summary>The state of the page, as in its URL.</summary>
/// <param name="Search">Trimmed; empty matches everything.</param>
/// <param name="Page">From 1.</param>
public sealed record KeyListState(string Search = "", KeyFilter Filter = KeyFilter.All, int Page = 1)
{
    public const int PageSize = 50;

    /// <summary>The state of a key is computed, so a filter reads this many keys at most.</summary>
    public const int MaxFiltered = 5000;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static KeyListState FromQuery(string? q, string? state, string? page)
    {
        string search = (q ?? "").Trim();
        return new KeyListState(
            search.Length > SearchText.MaxLength ? search[..SearchText.MaxLength] : search,
            Enum.TryParse<KeyFilter>(state, ignoreCase: true, out var filter) && Enum.IsDefined(filter) ? filter : KeyFilter.All,
            Urls.PageNumber(page));
    }

    /// <summary>Why the search is invalid; null if it is valid.</summary>
    public string? SearchProblem => SearchText.TryParse(Search, out _, out string? fault) ? null : fault;

    public bool IsFiltered => Search.Length > 0 || Filter != KeyFilter.All;

    /// <summary>Call only if <see cref="SearchProblem"/> is null.</summary>
    public SigningKeyQuery ToQuery(bool anonymous) => Filter == KeyFilter.All
        ? new(SearchText.Parse(Search), (Page - 1) * PageSize, PageSize, anonymous)
        : new(SearchText.Parse(Search), 0, MaxFiltered, anonymous);

    /// <summary>Whether the filter lists a key.</summary>
    public bool Lists(SeenSigningKey key, KeyState state) => Filter switch
    {
        KeyFilter.All => true,
        KeyFilter.Expired => key.Expired,
        _ => Filter.ToString() == state.ToString(),
    };

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        List<string> query =
        [
            .. Search.Length > 0 ? [$"q={Uri.EscapeDataString(Search)}"] : Array.Empty<string>(),
            .. Filter != KeyFilter.All ? [$"state={Filter.ToString().ToLowerInvariant()}"] : Array.Empty<string>(),
            .. Page > 1 ? [string.Create(CultureInfo.InvariantCulture, $"page={Page}")] : Array.Empty<string>(),
        ];
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }
}
