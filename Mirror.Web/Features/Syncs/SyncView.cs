using System.Globalization;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

/// <summary>The state of the page, as in its URL.</summary>
/// <param name="Show">The state of the packages to show; null shows all.</param>
/// <param name="Page">From 1.</param>
public sealed record SyncView(SyncPackageState? Show = null, int Page = 1)
{
    public const int PageSize = 100;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static SyncView FromQuery(string? show, string? page) => new(
        Enum.GetValues<SyncPackageState>().Cast<SyncPackageState?>().FirstOrDefault(state => Name(state!.Value) == show),
        Urls.PageNumber(page));

    /// <summary>The URL of this state; default values are omitted.</summary>
    public string ToUrl(string path)
    {
        string url = Show is { } state ? $"{path}?show={Name(state)}" : path;
        return Page > 1 ? string.Create(CultureInfo.InvariantCulture, $"{url}{(Show is null ? '?' : '&')}page={Page}") : url;
    }

    private static string Name(SyncPackageState state) => state.ToString().ToLowerInvariant();
}
