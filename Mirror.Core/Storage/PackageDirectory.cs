using System.Text;

namespace Mirror.Core.Storage;

/// <summary>The files of an unpacked package as Terraform sees them.</summary>
internal static class PackageDirectory
{
    /// <summary>
    /// Files only, names relative with <c>/</c> and sorted bytewise. Links to files of the package are followed, as Terraform does;
    /// one that leads out of it would publish a file of this machine.
    /// </summary>
    /// <exception cref="InvalidDataException">It holds a link to a directory, to nothing, or out of the package.</exception>
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

    /// <summary>Whether it is, or is a link to, a file that can be read to an end.</summary>
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
                $"'{link.FullName}' is a symbolic link to a directory or to nothing; in a package only links to files can be hashed");
        }

        // The path is enough: no directory of the package is a link.
        if (!inside.Any(start => target.StartsWith(start, StringComparison.Ordinal)))
        {
            throw new InvalidDataException(
                $"'{link.FullName}' is a symbolic link to '{target}', which is outside the package; put the file itself in its place");
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
            return null; // A circle of links.
        }
    }

    private static string Below(FileSystemInfo directory) =>
        Path.TrimEndingDirectorySeparator(directory.FullName) + Path.DirectorySeparatorChar;
}
