using System.Globalization;
using Mirror.Core.Sync;

namespace Mirror.Web.Features.Syncs;

/// <summary>Formats the request of a sync for display.</summary>
public static class SyncRequestText
{
    public static string Of(SyncSelection selection) => $"{selection.Provider.Display} {selection.Versions?.ToString() ?? "latest"}";

    /// <summary>One line: the first provider and the number of others.</summary>
    public static string Short(SyncRequest request) => request.Providers.Count switch
    {
        0 => "nothing",
        1 => Of(request.Providers[0]),
        int count => string.Create(CultureInfo.InvariantCulture, $"{Of(request.Providers[0])} and {count - 1:N0} more"),
    };

    public static string Platforms(SyncRequest request) =>
        request.Platforms.Count == 0 ? "all platforms" : string.Join(", ", request.Platforms.Select(platform => platform.Display));
}
