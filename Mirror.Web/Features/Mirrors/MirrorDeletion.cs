using System.Globalization;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The texts that confirm the deletion of a version or package.</summary>
internal static class MirrorDeletion
{
    /// <summary>A version that was published here: no origin has it.</summary>
    public static DeletionText OfPublished(VersionDetails version) => OfVersion(version) with
    {
        Question = Texts.UnpublishQuestion.With(NameOf(version)),
        Consequence = Texts.UnpublishConsequence,
    };

    public static DeletionText OfVersion(VersionDetails version)
    {
        string what = NameOf(version);
        return new DeletionText(
            version.Platforms.Count switch
            {
                0 => Texts.DeleteEmptyQuestion.With(what),
                1 => Texts.DeleteOnlyQuestion.With(what),
                int count => Texts.DeletePackagesQuestion.With(
                    what, count.ToString(CultureInfo.InvariantCulture), Quantity.FormatSize(version.Size)),
            },
            [.. version.Platforms.Select(Item)],
            Texts.CannotBeUndone);
    }

    public static DeletionText OfPackage(VersionDetails version, PackageDetails package) => new(
        Texts.DeletePackageQuestion.With(NameOf(version)),
        [Item(package)],
        version.Platforms.Count == 1 ? Texts.LastPackage.With(Texts.CannotBeUndone) : Texts.CannotBeUndone);

    public static string NameOf(VersionDetails version) => $"{version.Provider.Display} {version.Version}";

    private static string Item(PackageDetails package) =>
        Texts.PackageItem.With(package.Platform.Display, Quantity.FormatSize(package.Size));
}
