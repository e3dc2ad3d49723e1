using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The texts that confirm the deletion of a version or package.</summary>
internal static class MirrorDeletion
{
    private const string CannotBeUndone =
        "This cannot be undone. If automatic caching is on, the next client that requests it causes it to be fetched again.";

    public static DeletionText OfVersion(VersionDetails version)
    {
        string what = $"{version.Provider.Display} {version.Version}";
        return new DeletionText(
            version.Platforms.Count switch
            {
                0 => $"Delete {what}? It has no packages.",
                1 => $"Delete {what} and its only package?",
                int count =>
                    string.Create(
                        CultureInfo.InvariantCulture, $"Delete {what} and its {count} packages ({Quantity.FormatSize(version.Size)})?"),
            },
            [.. version.Platforms.Select(Item)],
            CannotBeUndone);
    }

    public static DeletionText OfPackage(VersionDetails version, PackageDetails package) => new(
        $"Delete one package of {version.Provider.Display} {version.Version}?",
        [Item(package)],
        version.Platforms.Count == 1 ? $"It is the last package; the version remains listed, empty. {CannotBeUndone}" : CannotBeUndone);

    private static string Item(PackageDetails package) => $"{package.Platform.Display}, {Quantity.FormatSize(package.Size)}";
}
