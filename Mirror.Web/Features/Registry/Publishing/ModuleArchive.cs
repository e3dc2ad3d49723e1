using System.Text.RegularExpressions;
using Mirror.Core.Addresses;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Registry.Publishing;

/// <summary>The chosen archive of a module version, and what its name says about the address.</summary>
/// <param name="Problem">Why the file cannot be published; null if it can.</param>
/// <param name="Version">Null if the name has none.</param>
public sealed partial record ModuleArchive(
    ChosenFile File, ArchiveFormat? Format, string? Problem, string? Name, string? System, ProviderVersion? Version)
{
    [GeneratedRegex(
        @"^(?:terraform-(?<system>[a-z0-9]{1,64})-)?(?<name>[A-Za-z0-9][A-Za-z0-9_-]{0,62}?)(?:[-_]v?(?<version>[0-9]+\.[0-9]+\.[0-9]+.*))?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Stem();

    /// <param name="chosen">At least one file.</param>
    public static ModuleArchive Of(IReadOnlyList<ChosenFile> chosen)
    {
        var file = chosen[0];
        var format = ArchiveFormat.FromFileName(file.Name);
        string? problem = chosen.Count > 1 ? Texts.OneArchive.With(chosen.Count)
            : format is null || !(format.IsGzip || format == ArchiveFormat.Zip) ? Texts.NoArchive.With(file.Name)
            : null;
        string stem = format is null ? file.Name : file.Name[..^(format.Extension.Length + 1)];
        // terraform-SYSTEM-NAME-VERSION is the convention for repositories, and therefore for the archives of forges.
        var match = Stem().Match(stem);
        return new ModuleArchive(
            file,
            format,
            problem,
            match.Groups["name"] is { Success: true, Value: var name } ? name : null,
            match.Groups["system"] is { Success: true, Value: var system } ? system : null,
            ProviderVersion.TryParse(match.Groups["version"].Value, out var version) ? version : null);
    }
}
