using Mirror.Core.Addresses;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Registry.Publishing;

/// <summary>The chosen files of one version of a provider. The server verifies them; this finds the missing files before anything is sent.</summary>
public sealed class ProviderRelease
{
    private ProviderRelease(IReadOnlyList<ReleaseFile> files, string? type, ProviderVersion? version, string? problem) =>
        (Files, Type, Version, Problem) = (files, type, version, problem);

    /// <summary>Packages first, then what proves them, then the files that are not sent.</summary>
    public IReadOnlyList<ReleaseFile> Files { get; }

    /// <summary>Null if the files do not agree.</summary>
    public string? Type { get; }

    public ProviderVersion? Version { get; }

    /// <summary>Why the files cannot be published; null if they can.</summary>
    public string? Problem { get; }

    public IEnumerable<ReleaseFile> Sent => Files.Where(file => file.Kind != ReleaseFileKind.Other);

    public long Size => Sent.Sum(file => file.File.Size);

    public static ProviderRelease Of(IReadOnlyList<ChosenFile> chosen)
    {
        List<ReleaseFile> files = [.. chosen.Select(ReleaseFile.Of).OrderBy(file => file.Kind).ThenBy(file => file.File.Name, StringComparer.Ordinal)];
        var sent = files.Where(file => file.Kind != ReleaseFileKind.Other).ToList();
        var versions = sent.Select(file => (file.Type, file.Version)).Distinct().ToList();
        string? problem = versions.Count > 1 ? Texts.SeveralReleases.With(Name(versions[0]), Name(versions[1]))
            : sent.All(file => file.Kind != ReleaseFileKind.Package) ? Texts.NoPackages
            : Missing(sent, ReleaseFileKind.Sums) ?? Missing(sent, ReleaseFileKind.Signature);
        return versions.Count == 1
            ? new ProviderRelease(files, versions[0].Type, versions[0].Version, problem)
            : new ProviderRelease(files, null, null, problem);
    }

    private static string? Missing(List<ReleaseFile> files, ReleaseFileKind kind) => files.Any(file => file.Kind == kind)
        ? null
        : Texts.FileMissing.With($"terraform-provider-{files[0].Type}_{files[0].Version}_SHA256SUMS{(kind == ReleaseFileKind.Signature ? ".sig" : "")}");

    private static string Name((string? Type, ProviderVersion? Version) release) => $"{release.Type} {release.Version}";
}
