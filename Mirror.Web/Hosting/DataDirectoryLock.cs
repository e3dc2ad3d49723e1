using Mirror.Web.Cli;

namespace Mirror.Web.Hosting;

/// <summary>
/// Held for as long as a server uses a data directory: a second one would clear the staging area that the first is
/// writing to. The operating system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StartFailedException">Another server holds it, or the directory cannot be written.</exception>
    public static DataDirectoryLock Acquire(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, "mirror.lock");
        try
        {
            Directory.CreateDirectory(dataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailedException($"Mirror:DataDirectory: '{dataDirectory}' cannot be made: {e.Message}", e);
        }

        try
        {
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartFailedException($"Mirror:DataDirectory: '{dataDirectory}' cannot be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new StartFailedException(
                $"Another mirror is using the data directory '{dataDirectory}' ({e.Message}). Stop it, or give this one its own with Mirror:DataDirectory.",
                e);
        }
    }

    public void Dispose() => _file.Dispose();
}
