namespace Mirror.Core.Storage;

/// <summary>The local directory in which packages are written before they are committed.</summary>
internal sealed class StagingDirectory
{
    private readonly string _path;

    /// <exception cref="IOException">The directory cannot be created.</exception>
    public StagingDirectory(string path)
    {
        _path = path;
        CreateForOwner(path);
    }

    public StagedPackage Stage() => new(Path.Combine(_path, Guid.NewGuid().ToString("N") + ".part"));

    /// <summary>Free space of its disk in bytes.</summary>
    public long FreeSpace() => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>Removes packages, and temporary repositories, whose process ended before it could.</summary>
    /// <returns>The number of removed packages.</returns>
    public int Clear()
    {
        int cleared = 0;
        foreach (string file in Directory.EnumerateFiles(_path))
        {
            File.Delete(file);
            cleared++;
        }

        foreach (string directory in Directory.EnumerateDirectories(_path, "*.git"))
        {
            Directory.Delete(directory, recursive: true);
        }

        return cleared;
    }

    /// <summary>Some packages must not be readable by other users of this machine.</summary>
    public static void CreateForOwner(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
