using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Layout;

/// <summary>
/// The most recently visited groups and workspaces, newest first. <c>mirror.js</c> keeps them in a cookie, which is trusted no more than a
/// URL.
/// </summary>
public static class RecentNamespaces
{
    public const string Cookie = "mirror-recent";

    /// <summary>The number shown, in addition to the open one.</summary>
    public const int Shown = 4;

    // Paths contain no dots.
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
