using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Widgets;

/// <summary>The platforms of one operating system, short enough for a table row.</summary>
/// <param name="Text"><c>linux/amd64</c> for a single platform of at most two systems, otherwise the operating system.</param>
/// <param name="Count">The number of platforms.</param>
/// <param name="All">All platforms in full, for the tooltip.</param>
public sealed record PlatformSummary(string Text, int Count, string All)
{
    private const int MaxInFull = 2;

    public static IReadOnlyList<PlatformSummary> Of(IEnumerable<Platform> platforms)
    {
        var systems = platforms.Order().GroupBy(platform => platform.Os).ToList();
        return
        [
            .. systems.Select(system => new PlatformSummary(
                system.Count() == 1 && systems.Count <= MaxInFull ? system.First().Display : system.Key,
                system.Count(),
                string.Join(", ", system.Select(platform => platform.Display)))),
        ];
    }
}
