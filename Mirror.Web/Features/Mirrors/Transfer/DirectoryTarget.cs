using System.Security.Cryptography;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>A directory that clients can use as a filesystem mirror.</summary>
internal sealed class DirectoryTarget(string directory) : IExportTarget
{
    public string? FindHash(string name)
    {
        string path = PathOf(name);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public byte[]? Find(string name) => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;

    public void Write(string name, byte[] content)
    {
        string part = PrepareFor(name);
        File.WriteAllBytes(part, content);
        File.Move(part, PathOf(name), overwrite: true);
    }

    public async Task WriteAsync(string name, Func<Stream, Task> write)
    {
        string part = PrepareFor(name);
        try
        {
            await using (var file = new FileStream(
                part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await write(file);
            }

            File.Move(part, PathOf(name), overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Nothing is left to do: each file was moved into place when complete.</summary>
    public Task CompleteAsync(TransferProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Nothing is open.
    }

    private string PathOf(string name) => Path.Combine([directory, .. name.Split('/')]);

    /// <summary>A hidden file, so that clients do not take a partial file for a package.</summary>
    private string PrepareFor(string name)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.part");
    }
}
