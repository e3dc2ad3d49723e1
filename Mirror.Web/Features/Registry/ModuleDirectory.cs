using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Web.Features.Registry;

/// <summary>A file or directory that is not part of a published module.</summary>
/// <param name="Path">Relative, with <c>/</c> between directories.</param>
/// <param name="Reason">Why not: a clause for display.</param>
internal sealed record SkippedFile(string Path, string Reason);

/// <summary>A module in a directory, to be packed. The same files always make the same archive.</summary>
internal sealed class ModuleDirectory
{
    private static readonly string[] WorkingDirectories = [".git", ".hg", ".svn", ".terraform", ".terragrunt-cache"];

    private static readonly string[] Variables = [".tfvars", ".tfvars.json"];

    private readonly string _root;
    private readonly List<(string Name, FileSegment Content, bool IsExecutable)> _files = [];
    private readonly List<SkippedFile> _skipped = [];

    private ModuleDirectory(string root) => _root = root;

    public IReadOnlyList<SkippedFile> Skipped => _skipped;

    /// <exception cref="InvalidDataException">The directory contains nothing to publish.</exception>
    /// <exception cref="IOException">A file or directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or directory is not accessible.</exception>
    public static ModuleDirectory Read(string path)
    {
        var directory = new ModuleDirectory(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        directory.Add(new DirectoryInfo(directory._root));
        return directory._files.Count > 0
            ? directory
            : throw new InvalidDataException($"'{path}' contains no files to publish; expected a module with *.tf, *.tf.json or *.tofu files.");
    }

    /// <summary>Writes the archive, tar.gz.</summary>
    public async Task PackAsync(string target, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);
        await SourceTree.Of(_files).WriteAsync(file.WriteAsync, cancellationToken);
    }

    private void Add(DirectoryInfo directory)
    {
        foreach (var item in directory.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(_root, item.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (FindReason(item) is { } reason)
            {
                _skipped.Add(new SkippedFile(name, reason));
            }
            else if (item is DirectoryInfo inner)
            {
                Add(inner);
            }
            else
            {
                // Of a link, the mode of the file.
                bool isExecutable = !OperatingSystem.IsWindows()
                    && File.GetUnixFileMode(item.FullName).HasFlag(UnixFileMode.UserExecute);
                _files.Add((name, FileSegment.Whole(item.FullName), isExecutable));
            }
        }
    }

    private string? FindReason(FileSystemInfo item) => item switch
    {
        { LinkTarget: not null } => FindReasonOfLink(item),
        DirectoryInfo => WorkingDirectories.Contains(item.Name) ? "working files of another tool" : null,
        FileInfo file => FindReasonOfFile(file),
        _ => "not a regular file",
    };

    private string? FindReasonOfFile(FileInfo file)
    {
        string[] path = Path.GetRelativePath(_root, file.FullName).Split(Path.DirectorySeparatorChar);
        if (path.Any(WorkingDirectories.Contains))
        {
            // The target of a link, or the file .git of a Git worktree.
            return "working files of another tool";
        }

        if (file.Name.Contains(".tfstate", StringComparison.Ordinal))
        {
            return "state, which may contain secrets";
        }

        if (file.Name.StartsWith(".env", StringComparison.Ordinal))
        {
            return "environment variables, which may contain secrets";
        }

        // Examples need values, and others call them.
        return path[0] != "examples" && Variables.Any(end => file.Name.EndsWith(end, StringComparison.Ordinal))
            ? "values of variables, which may contain secrets"
            : PackageDirectory.IsRegularFile(file) ? null : "not a regular file";
    }

    /// <summary>A link to a file of the module becomes a copy of it; others could publish files from elsewhere.</summary>
    private string? FindReasonOfLink(FileSystemInfo link)
    {
        FileSystemInfo? found;
        try
        {
            found = link.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException)
        {
            // It leads to itself.
            found = null;
        }

        if (found is not FileInfo { Exists: true } target)
        {
            return "a symbolic link to a directory or to nothing";
        }

        return target.FullName.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? FindReason(target) is { } reason ? $"a symbolic link to {reason}" : null
            : "a symbolic link that leads out of the module";
    }
}
