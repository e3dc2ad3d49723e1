using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Importing;

public enum PackageLayout
{
    /// <summary>A zip archive, <c>host/ns/type/terraform-provider-TYPE_VERSION_OS_ARCH.zip</c>.</summary>
    Packed,

    /// <summary>A directory, <c>host/ns/type/VERSION/OS_ARCH</c>.</summary>
    Unpacked,
}

/// <summary>A package found in a filesystem mirror.</summary>
/// <param name="Path">The archive or the directory.</param>
public sealed record FoundPackage(ProviderAddress Provider, ProviderVersion Version, Platform Platform, PackageLayout Layout, string Path)
{
    /// <summary>The location of the archive's bytes if they are only a part of <see cref="Path"/>.</summary>
    public FileSegment? File { get; init; }

    public override string ToString() => $"{Provider.Display} {Version} {Platform}";
}

/// <summary>An entry of a filesystem mirror that is not a package.</summary>
/// <param name="Reason">The content found and what was expected.</param>
public sealed record SkippedEntry(string Path, string Reason);

/// <summary>The content of a filesystem mirror, ordered by provider, version and platform.</summary>
public sealed record FilesystemMirrorContent(IReadOnlyList<FoundPackage> Packages, IReadOnlyList<SkippedEntry> Skipped)
{
    /// <summary>The proofs of versions that have them.</summary>
    public IReadOnlyDictionary<(ProviderAddress Provider, ProviderVersion Version), ProofFiles> Proofs { get; init; } =
        new Dictionary<(ProviderAddress, ProviderVersion), ProofFiles>();
}

/// <summary>
/// Finds the packages in a filesystem mirror, in the layout of <c>terraform providers mirror</c> (packed, internationalized hostnames in
/// Unicode) or of a plugin cache (unpacked), or a mix of both. JSON files next to packed packages are ignored: they may contain wrong
/// hashes.
/// See https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror.
/// </summary>
public sealed class FilesystemMirror
{
    private readonly List<SkippedEntry> _skipped = [];
    private readonly Dictionary<(ProviderAddress, ProviderVersion, Platform), FoundPackage> _found = [];
    private readonly ProofFiles.Collector _proofs = new();

    private FilesystemMirror()
    {
    }

    /// <exception cref="IOException">A directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory is not accessible.</exception>
    public static FilesystemMirrorContent Scan(string directory)
    {
        var scan = new FilesystemMirror();
        foreach (var host in scan.Directories(directory, "a directory named after a hostname, such as registry.terraform.io"))
        {
            if (ProviderHostname.TryParse(host.Name, out _))
            {
                scan.ScanHost(host);
            }
            else
            {
                scan.Skip(
                    host.FullName,
                    "is not a hostname; expected host/namespace/type below the directory to import, such as registry.terraform.io/hashicorp/aws");
            }
        }

        return new FilesystemMirrorContent(
            [.. scan._found.Values.OrderBy(package => package.Provider.ToString(), StringComparer.Ordinal)
                .ThenBy(package => package.Version)
                .ThenBy(package => package.Platform)],
            scan._skipped)
        {
            Proofs = scan._proofs.Collect(),
        };
    }

    private void ScanHost(DirectoryInfo host)
    {
        foreach (var @namespace in Directories(host.FullName, "a directory named after a namespace"))
        {
            foreach (var type in Directories(@namespace.FullName, "a directory named after a provider's type"))
            {
                if (ProviderAddress.TryParse($"{host.Name}/{@namespace.Name}/{type.Name}", out var provider))
                {
                    ScanProvider(type, provider);
                }
                else
                {
                    Skip(type.FullName, $"'{host.Name}/{@namespace.Name}/{type.Name}' is not a provider source address");
                }
            }
        }
    }

    private void ScanProvider(DirectoryInfo directory, ProviderAddress provider)
    {
        foreach (var item in Visible(directory.FullName))
        {
            if (item is DirectoryInfo version)
            {
                ScanVersion(version, provider);
            }
            else if (!PackageDirectory.IsRegularFile(item))
            {
                Skip(item.FullName, "is neither a readable file nor a link to one");
            }
            else if (item.Extension == ".zip")
            {
                AddPacked(item, provider);
            }
            else if (!_proofs.TryAdd(provider, item.Name, FileSegment.Whole(item.FullName)) && item.Extension != ".json")
            {
                Skip(
                    item.FullName,
                    $"is not a package; expected terraform-provider-{provider.Type}_VERSION_OS_ARCH.zip or a directory named after a version");
            }
        }
    }

    private void AddPacked(FileSystemInfo file, ProviderAddress provider)
    {
        if (!PackageFileName.TryParse(file.Name, out var name) || name.Type != provider.Type)
        {
            Skip(
                file.FullName,
                $"is not the file name of a package of {provider.Display}; expected terraform-provider-{provider.Type}_VERSION_OS_ARCH.zip");
            return;
        }

        Add(new FoundPackage(provider, name.Version, name.Platform, PackageLayout.Packed, file.FullName));
    }

    private void ScanVersion(DirectoryInfo directory, ProviderAddress provider)
    {
        if (!ProviderVersion.TryParse(directory.Name, out var version))
        {
            Skip(
                directory.FullName,
                $"'{directory.Name}' is not a version; expected a semantic version without a leading 'v', such as 5.100.0");
            return;
        }

        foreach (var item in Directories(directory.FullName, "a directory named after a platform, such as linux_amd64"))
        {
            if (!Platform.TryParse(item.Name, out var platform))
            {
                Skip(item.FullName, $"'{item.Name}' is not a platform; expected os_arch, such as linux_amd64");
            }
            else if (!item.EnumerateFiles().Any(file => ProviderExecutable.IsNamed(file.Name, provider.Type)))
            {
                Skip(item.FullName, $"contains no provider executable '{ProviderExecutable.Expected(provider.Type)}'");
            }
            else
            {
                Add(new FoundPackage(provider, version, platform, PackageLayout.Unpacked, item.FullName));
            }
        }
    }

    /// <summary>An archive has priority over a directory of the same package: it has the publisher's original bytes.</summary>
    private void Add(FoundPackage package)
    {
        var key = (package.Provider, package.Version, package.Platform);
        if (!_found.TryGetValue(key, out var other))
        {
            _found.Add(key, package);
        }
        else if (other.Layout == package.Layout)
        {
            Skip(package.Path, $"is a duplicate of {package} in '{other.Path}'");
        }
        else if (package.Layout == PackageLayout.Packed)
        {
            _found[key] = package;
        }
    }

    private IEnumerable<DirectoryInfo> Directories(string path, string expected)
    {
        foreach (var item in Visible(path))
        {
            if (item is DirectoryInfo directory)
            {
                yield return directory;
            }
            else if (item.Name != MirrorBundle.EndName)
            {
                Skip(item.FullName, $"is a file; expected {expected}");
            }
        }
    }

    /// <summary>In a fixed order, without hidden entries such as .DS_Store.</summary>
    private static IEnumerable<FileSystemInfo> Visible(string path) =>
        new DirectoryInfo(path).EnumerateFileSystemInfos()
            .Where(item => !item.Name.StartsWith('.'))
            .OrderBy(item => item.Name, StringComparer.Ordinal);

    private void Skip(string path, string reason) => _skipped.Add(new SkippedEntry(path, reason));
}
