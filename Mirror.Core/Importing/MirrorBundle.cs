using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Importing;

/// <summary>
/// A bundle: a tar archive of a packed filesystem mirror with the proof files of each version, and a last entry that marks it as complete.
/// It is read in place, without unpacking.
/// </summary>
public static class MirrorBundle
{
    /// <summary>The name of the last entry.</summary>
    public const string EndName = "mirror-bundle.json";

    /// <param name="path">The file, or for messages if it is not local.</param>
    /// <param name="open">Opens a file that is not local, as a seekable stream.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FilesystemMirrorContent Scan(string path, Func<Stream>? open = null)
    {
        var packages = new Dictionary<(ProviderAddress, ProviderVersion, Platform), FoundPackage>();
        var proofs = new ProofFiles.Collector();
        var skipped = new List<SkippedEntry>();
        bool isWhole = false;
        var archive = TarDirectory.Read(path, open);
        foreach (var entry in archive.Entries.Where(entry => !entry.IsDirectory))
        {
            string name = entry.Name;
            string[] parts = name.Split('/');
            isWhole = name == EndName && entry.Fault is null;
            if (entry.Fault is { } fault)
            {
                skipped.Add(new SkippedEntry(TarDirectory.Display(name), fault));
            }
            else if (isWhole
                || parts[^1].EndsWith(".json", StringComparison.Ordinal) && !parts[^1].EndsWith("_proof.json", StringComparison.Ordinal))
            {
                // The end marker, or a document whose hashes may be wrong.
            }
            else if (parts.Length != 4 || !ProviderAddress.TryParse(string.Join('/', parts[..3]), out var provider))
            {
                skipped.Add(new SkippedEntry(TarDirectory.Display(name), "is not in a provider's directory; expected host/namespace/type"));
            }
            else if (PackageFileName.TryParse(parts[3], out var package) && package.Type == provider.Type)
            {
                var found = new FoundPackage(
                    provider, package.Version, package.Platform, PackageLayout.Packed, $"{path}:{name}")
                { File = entry.Content };
                if (!packages.TryAdd((provider, package.Version, package.Platform), found))
                {
                    skipped.Add(new SkippedEntry(TarDirectory.Display(name), $"is a duplicate of {found}"));
                }
            }
            else if (!proofs.TryAdd(provider, parts[3], entry.Content))
            {
                skipped.Add(new SkippedEntry(TarDirectory.Display(name), $"is not a package of {provider.Display}"));
            }
        }

        if (archive.Fault is not null || !isWhole)
        {
            skipped.Add(new SkippedEntry(path, $"is not a complete bundle: {archive.Fault ?? "its last entry is missing"}; its complete packages can be imported"));
        }

        return new FilesystemMirrorContent(
            [.. packages.Values.OrderBy(package => package.Provider.ToString(), StringComparer.Ordinal)
                .ThenBy(package => package.Version)
                .ThenBy(package => package.Platform)],
            skipped)
        {
            Proofs = proofs.Collect(),
        };
    }

    /// <summary>The time up to which the bundle contains cached packages; null if the bundle is not complete.</summary>
    public static DateTimeOffset? FindThrough(string path)
    {
        if (TarDirectory.Read(path) is not { Fault: null, Entries: [.., { Name: EndName, Fault: null, Content: { Length: < 1 << 20 } file }] })
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(file.ReadAllBytes());
            return json.RootElement.GetProperty("through").GetDateTimeOffset();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}
