using System.Globalization;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Web.Ui.Widgets;

/// <summary>What a confirmation says before something is deleted.</summary>
/// <param name="Question">Names what goes.</param>
/// <param name="Items">Everything that goes, one by one.</param>
/// <param name="Consequence">What happens afterwards.</param>
public sealed record DeletionText(string Question, IReadOnlyList<string> Items, string Consequence)
{
    private const string CannotBeUndone = "This cannot be undone. Where automatic caching is on, the next client that asks for it has it fetched from the origin again.";

    public static DeletionText OfVersion(string address, ShownVersion version) => new(
        version.Packages.Count switch
        {
            0 => $"{address} {version.Version} has no package left; its empty entry goes.",
            1 => $"{address} {version.Version} goes, with its only package:",
            int count => string.Create(CultureInfo.InvariantCulture, $"{address} {version.Version} goes, with all its {count} packages ({Quantity.FormatSize(version.Size)}):"),
        },
        [.. version.Packages.Select(Item)],
        CannotBeUndone);

    public static DeletionText OfPackage(string address, ShownVersion version, ShownPackage package) => new(
        $"One package of {address} {version.Version} goes:",
        [Item(package)],
        version.Packages.Count == 1 ? $"It is the last one: the version stays listed, empty. {CannotBeUndone}" : CannotBeUndone);

    private static string Item(ShownPackage package) => $"{package.Name}, {Quantity.FormatSize(package.Size)}";
}
