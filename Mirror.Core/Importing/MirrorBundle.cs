using System.Formats.Tar;
using System.Text.Json;
using Mirror.Core.Addresses;

namespace Mirror.Core.Importing;

/// <summary>
/// A bundle: a tar archive whose content, unpacked, is a packed filesystem mirror with the files that prove each version, and
/// a last entry that says it is whole. It is read where it lies, without unpacking.
/// </summary>
public static class MirrorBundle
{
    /// <summary>The last entry.</summary>
    public const string EndName = "mirror-bundle.json";

    private const int BlockSize = 512;

    /// <summary>The files of an archive in order, as far as they are whole.</summary>
    /// <returns>The files by name, and where the last whole one ends.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyList<(string Name, FileSegment File)> Files, long End) List(string path)
    {
        var files = new List<(string, FileSegment)>();
        long end = 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var tar = new TarReader(stream);
        try
        {
            while (tar.GetNextEntry() is { } entry)
            {
                long data = entry.DataOffset;
                if (data < 0 || data + entry.Length > stream.Length)
                {
                    break;
                }

                end = data + (entry.Length + BlockSize - 1) / BlockSize * BlockSize;
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    files.Add((entry.Name, new FileSegment(path, data, entry.Length)));
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException)
        {
            // Cut short, or no archive from here on.
        }

        return (files, Math.Min(end, stream.Length));
    }

    /// <exception cref="IOException">It cannot be read.</exception>
    public static FilesystemMirrorContent Scan(string path)
    {
        var packages = new Dictionary<(ProviderAddress, ProviderVersion, Platform), FoundPackage>();
        var proofs = new ProofFiles.Collector();
        var skipped = new List<SkippedEntry>();
        bool isWhole = false;
        foreach (var (name, file) in List(path).Files)
        {
            isWhole = name == EndName;
            string[] parts = name.Split('/');
            if (isWhole || parts[^1].EndsWith(".json", StringComparison.Ordinal) && !parts[^1].EndsWith("_proof.json", StringComparison.Ordinal))
            {
                continue;
            }

            if (parts.Length != 4 || !ProviderAddress.TryParse(string.Join('/', parts[..3]), out var provider))
            {
                skipped.Add(new SkippedEntry(name, "is not in a provider's directory; expected host/namespace/type"));
            }
            else if (PackageFileName.TryParse(parts[3], out var package) && package.Type == provider.Type)
            {
                packages[(provider, package.Version, package.Platform)] = new FoundPackage(provider, package.Version, package.Platform, PackageLayout.Packed, $"{path}:{name}") { File = file };
            }
            else if (!proofs.TryAdd(provider, parts[3], file))
            {
                skipped.Add(new SkippedEntry(name, $"is not a package of {provider.Display}"));
            }
        }

        if (!isWhole)
        {
            skipped.Add(new SkippedEntry(path, "ends early, or is no bundle of mirror: its last entry is missing; what is whole in it can be imported"));
        }

        return new FilesystemMirrorContent(
            [.. packages.Values.OrderBy(package => package.Provider.ToString(), StringComparer.Ordinal).ThenBy(package => package.Version).ThenBy(package => package.Platform)],
            skipped)
        {
            Proofs = proofs.Collect(),
        };
    }

    /// <summary>Until when the bundle holds what was cached; null where it is no whole bundle.</summary>
    public static DateTimeOffset? FindThrough(string path)
    {
        if (List(path).Files is not [.., { Name: EndName, File: { Length: < 1 << 20 } file }])
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
