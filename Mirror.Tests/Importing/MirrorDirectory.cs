namespace Mirror.Tests.Importing;

/// <summary>A filesystem mirror in a temporary directory.</summary>
public sealed class MirrorDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    /// <param name="path">The path in the directory, with <c>/</c>.</param>
    /// <returns>The full path of the file.</returns>
    public string AddFile(string path, byte[] content, bool executable = false)
    {
        string file = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            File.SetUnixFileMode(file, executable ? readable | UnixFileMode.UserExecute : readable);
        }

        return file;
    }

    public string AddFile(string path, string content) => AddFile(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Adds a zip archive with the conventional name.</summary>
    public string AddPacked(string provider, string version, string platform, string content = "packed")
    {
        string type = provider.Split('/')[^1];
        return AddFile($"{provider}/terraform-provider-{type}_{version}_{platform}.zip", ProviderZip.Make(type, content));
    }

    /// <summary>Adds a directory with an executable and a license.</summary>
    /// <returns>The full path of the directory.</returns>
    public string AddUnpacked(string provider, string version, string platform, string content = "unpacked")
    {
        string directory = $"{provider}/{version}/{platform}";
        AddFile(
            $"{directory}/terraform-provider-{provider.Split('/')[^1]}_v{version}_x5",
            System.Text.Encoding.UTF8.GetBytes(content),
            executable: true);
        AddFile($"{directory}/LICENSE.txt", "free");
        return System.IO.Path.Combine(Path, directory);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
