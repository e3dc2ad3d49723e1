using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Layout;

/// <summary>
/// The groups and workspaces that were visited last, newest first. They are the browser's to remember: <c>mirror.js</c>
/// keeps them in a cookie, which is no more trusted than a URL.
/// </summary>
public static class RecentNamespaces
{
    public const string Cookie = "mirror-recent";

    /// <summary>How many are shown, and one more that is open now.</summary>
    public const int Shown = 4;

    // No path has a dot.
    private const char Separator = '.';

    public static IReadOnlyList<string> Parse(string? cookie) =>
        [.. (cookie ?? "")
            .Split(Separator, StringSplitOptions.RemoveEmptyEntries)
            .Where(path => NamespacePath.TryParse(path, out _))
            .Distinct()
            .Take(Shown + 1)];

    public static IReadOnlyList<string> Visit(IReadOnlyList<string> recent, string path) =>
        [.. recent.Where(other => other != path).Prepend(path).Take(Shown + 1)];
}
