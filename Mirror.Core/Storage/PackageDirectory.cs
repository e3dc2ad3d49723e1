using System.Text;

namespace Mirror.Core.Storage;

/// <summary>The files of an unpacked package as Terraform sees them.</summary>
public static class PackageDirectory
{
    /// <summary>
    /// Only files; relative names with <c>/</c>, sorted by bytes. Links to files of the package are followed, as Terraform does; a link
    /// that leads out of the package would publish a file of this machine.
    /// </summary>
    /// <exception cref="InvalidDataException">There is a link to a directory, to a missing file, or out of the package.</exception>
    public static List<(byte[] Name, string Path)> Files(string directory)
    {
        var files = new List<(byte[] Name, string Path)>();
        var root = new DirectoryInfo(directory);
        string[] inside = [Below(root), Below(root.ResolveLinkTarget(returnFinalTarget: true) ?? root)];
        Collect(root, "", inside, files);
        files.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return files;
    }

    private static void Collect(DirectoryInfo directory, string prefix, string[] inside, List<(byte[] Name, string Path)> files)
    {
        foreach (var item in directory.EnumerateFileSystemInfos())
        {
            string name = prefix + item.Name;
            if (item.LinkTarget is not null)
            {
                CheckLink(item, inside);
            }
            else if (item is DirectoryInfo inner)
            {
                Collect(inner, name + "/", inside, files);
                continue;
            }

            if (!IsRegularFile(item))
            {
                throw new InvalidDataException(
                    $"'{item.FullName}' is a device, a named pipe or a socket; expected files and directories only");
            }

            files.Add((Encoding.UTF8.GetBytes(name), item.FullName));
        }
    }

    /// <summary>Whether the item is, or links to, a regular file.</summary>
    public static bool IsRegularFile(FileSystemInfo item)
    {
        string path = (item.ResolveLinkTarget(returnFinalTarget: true) ?? item).FullName;
        try
        {
            if (StoredFile.Open(Path.GetDirectoryName(path)!, Path.GetFileName(path)) is not { } opened)
            {
                return false;
            }

            opened.File.Dispose();
            return true;
        }
        catch (IrregularFileException)
        {
            return false;
        }
    }

    private static void CheckLink(FileSystemInfo link, string[] inside)
    {
        if (FindFile(link) is not { } target)
        {
            throw new InvalidDataException(
                $"'{link.FullName}' is a symbolic link to a directory or to a missing file; only links to files can be hashed");
        }

        // Comparing paths is sufficient: no directory of the package is a link.
        if (!inside.Any(start => target.StartsWith(start, StringComparison.Ordinal)))
        {
            throw new InvalidDataException(
                $"'{link.FullName}' is a symbolic link to '{target}', which is outside the package; replace it with the file");
        }
    }

    private static string? FindFile(FileSystemInfo link)
    {
        try
        {
            return Directory.Exists(link.FullName) || link.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true } target
                ? null
                : target.FullName;
        }
        catch (IOException)
        {
            return null; // The links form a cycle.
        }
    }

    private static string Below(FileSystemInfo directory) =>
        Path.TrimEndingDirectorySeparator(directory.FullName) + Path.DirectorySeparatorChar;
}
