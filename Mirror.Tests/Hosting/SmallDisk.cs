using System.Diagnostics;
using System.Globalization;

namespace Mirror.Tests.Hosting;

/// <summary>A small file system in memory that a test can fill. Creating one requires root on Linux.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(long bytes)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", Path);
        }
        catch
        {
            Directory.Delete(Path);
            throw;
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("mirror-tests-disk-").FullName;

    /// <summary>Fills the disk to the last byte.</summary>
    public void Fill(string file)
    {
        using var filler = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException) when (new DriveInfo(Path).AvailableFreeSpace == 0)
        {
            // The disk is full.
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException($"{program} failed: {error}");
        }
    }
}

/// <summary>
/// A test that uses a <see cref="SmallDisk"/>. Without root, it is skipped by name. If the environment variable <c>CI</c> is set, it runs
/// anyway, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : Xunit.FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = "Mounting a small file system needs root on Linux.";
        }
    }
}
