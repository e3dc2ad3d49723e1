using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Widgets;

/// <summary>The platforms of one operating system, short enough for a table row.</summary>
/// <param name="Text"><c>linux/amd64</c> for a single platform, otherwise the operating system.</param>
/// <param name="Count">The number of platforms.</param>
/// <param name="All">All platforms in full, for the tooltip.</param>
public sealed record PlatformSummary(string Text, int Count, string All)
{
    public static IReadOnlyList<PlatformSummary> Of(IEnumerable<Platform> platforms) =>
    [
        .. platforms
            .Order()
            .GroupBy(platform => platform.Os)
            .Select(group => new PlatformSummary(
                group.Count() == 1 ? group.First().Display : group.Key,
                group.Count(),
                string.Join(", ", group.Select(platform => platform.Display)))),
    ];
}
