using Mirror.Web.Cli;

namespace Mirror.Web.Hosting;

/// <summary>
/// Held while a server uses a data directory: a second server would clear the staging area of the first. The operating system releases
/// the lock when the process ends for any reason.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StartFailedException">Another server holds the lock, or the directory is not writable.</exception>
    public static DataDirectoryLock Acquire(string dataDirectory)
    {
        return TryAcquire(dataDirectory, out var reason) ?? throw new StartFailedException(
            $"Another mirror is using the data directory '{dataDirectory}' ({reason?.Message}). Stop it or change Mirror:DataDirectory.",
            reason);
    }

    /// <returns>Null if a server holds the lock.</returns>
    /// <exception cref="StartFailedException">The directory is not writable.</exception>
    public static DataDirectoryLock? TryAcquire(string dataDirectory) => TryAcquire(dataDirectory, out _);

    private static DataDirectoryLock? TryAcquire(string dataDirectory, out IOException? reason)
    {
        string path = Path.Combine(dataDirectory, "mirror.lock");
        reason = null;
        try
        {
            Directory.CreateDirectory(dataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailedException($"Mirror:DataDirectory: '{dataDirectory}' cannot be created: {e.Message}", e);
        }

        try
        {
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartFailedException($"Mirror:DataDirectory: '{dataDirectory}' is not writable: {e.Message}", e);
        }
        catch (IOException e)
        {
            reason = e;
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
