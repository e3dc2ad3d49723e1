using System.Globalization;
using Mirror.Core.Sync;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Syncs;

/// <summary>Formats the request of a sync for display.</summary>
public static class SyncRequestText
{
    public static string Of(SyncSelection selection) =>
        selection.Versions is { } versions ? $"{selection.Provider.Display} {versions}" : Texts.Latest.With(selection.Provider.Display);

    /// <summary>One line: the first provider and the number of others.</summary>
    public static string Short(SyncRequest request) => request.Providers.Count switch
    {
        0 => Texts.Nothing,
        1 => Of(request.Providers[0]),
        int count => Texts.AndMore.With(Of(request.Providers[0]), Number(count - 1)),
    };

    public static string Platforms(SyncRequest request) =>
        request.Platforms.Count == 0 ? Texts.AllPlatforms : string.Join(", ", request.Platforms.Select(platform => platform.Display));

    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
