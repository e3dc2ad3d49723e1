using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What a confirmation says before a version or a package is deleted.</summary>
internal static class MirrorDeletion
{
    private const string CannotBeUndone =
        "This cannot be undone. Where automatic caching is on, the next client that asks for it has it fetched from the origin again.";

    public static DeletionText OfVersion(VersionDetails version)
    {
        string what = $"{version.Provider.Display} {version.Version}";
        return new DeletionText(
            version.Platforms.Count switch
            {
                0 => $"{what} has no package left; its empty entry goes.",
                1 => $"{what} goes, with its only package:",
                int count =>
                    string.Create(
                        CultureInfo.InvariantCulture, $"{what} goes, with all its {count} packages ({Quantity.FormatSize(version.Size)}):"),
            },
            [.. version.Platforms.Select(Item)],
            CannotBeUndone);
    }

    public static DeletionText OfPackage(VersionDetails version, PackageDetails package) => new(
        $"One package of {version.Provider.Display} {version.Version} goes:",
        [Item(package)],
        version.Platforms.Count == 1 ? $"It is the last one: the version stays listed, empty. {CannotBeUndone}" : CannotBeUndone);

    private static string Item(PackageDetails package) => $"{package.Platform.Display}, {Quantity.FormatSize(package.Size)}";
}
