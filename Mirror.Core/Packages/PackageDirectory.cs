using System.Text;

namespace Mirror.Core.Packages;

/// <summary>The files of an unpacked package as Terraform sees them.</summary>
internal static class PackageDirectory
{
    /// <summary>Files only, names relative with <c>/</c> and sorted bytewise, links to files followed.</summary>
    /// <exception cref="InvalidDataException">It holds a link to a directory, or to nothing.</exception>
    public static List<(byte[] Name, string Path)> Files(string directory)
    {
        var files = new List<(byte[] Name, string Path)>();
        Collect(new DirectoryInfo(directory), "", files);
        files.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return files;
    }

    private static void Collect(DirectoryInfo directory, string prefix, List<(byte[] Name, string Path)> files)
    {
        foreach (var item in directory.EnumerateFileSystemInfos())
        {
            string name = prefix + item.Name;
            if (item.LinkTarget is not null)
            {
                if (!IsLinkToFile(item))
                {
                    throw new InvalidDataException($"'{item.FullName}' is a symbolic link to a directory or to nothing; in a package only links to files can be hashed");
                }

                files.Add((Encoding.UTF8.GetBytes(name), item.FullName));
            }
            else if (item is DirectoryInfo inner)
            {
                Collect(inner, name + "/", files);
            }
            else
            {
                files.Add((Encoding.UTF8.GetBytes(name), item.FullName));
            }
        }
    }

    private static bool IsLinkToFile(FileSystemInfo link)
    {
        try
        {
            return !Directory.Exists(link.FullName) && link.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true };
        }
        catch (IOException)
        {
            return false; // A circle of links.
        }
    }
}
