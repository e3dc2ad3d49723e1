using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Web.Ui.Widgets;

/// <summary>What a confirmation says before something is deleted.</summary>
/// <param name="Question">Names what goes.</param>
/// <param name="Items">Everything that goes, one by one.</param>
/// <param name="Consequence">What happens afterwards.</param>
public sealed record DeletionText(string Question, IReadOnlyList<string> Items, string Consequence)
{
    private const string CannotBeUndone = "This cannot be undone. Where automatic caching is on, the next client that asks for it has it fetched from the origin again.";

    public static DeletionText OfVersion(VersionDetails version) => new(
        version.Platforms.Count switch
        {
            0 => $"{version.Provider.Display} {version.Version} has no package left; its empty entry goes.",
            1 => $"{version.Provider.Display} {version.Version} goes, with its only package:",
            int count => string.Create(CultureInfo.InvariantCulture, $"{version.Provider.Display} {version.Version} goes, with all its {count} packages ({Quantity.FormatSize(version.Size)}):"),
        },
        [.. version.Platforms.Select(Item)],
        CannotBeUndone);

    public static DeletionText OfPackage(VersionDetails version, PackageDetails package) => new(
        $"One package of {version.Provider.Display} {version.Version} goes:",
        [Item(package)],
        version.Platforms.Count == 1 ? $"It is the last one: the version stays listed, empty. {CannotBeUndone}" : CannotBeUndone);

    private static string Item(PackageDetails package) => $"{package.Platform.Display}, {Quantity.FormatSize(package.Size)}";
}
