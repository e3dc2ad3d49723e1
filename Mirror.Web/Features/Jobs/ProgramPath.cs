using System.Runtime.Versioning;

namespace Mirror.Web.Features.Jobs;

/// <summary>Finds programs as a shell does: .NET by itself would also look beside this executable, and in the working directory first.</summary>
internal static class ProgramPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>The path, or null where there is no such program.</returns>
    public static string? Find(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            string[] endings = Path.HasExtension(name) ? [""] : (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE").Split(';');
            return Candidates(name).SelectMany(path => endings.Select(ending => path + ending)).FirstOrDefault(File.Exists);
        }

        return Candidates(name).FirstOrDefault(IsExecutable);
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsExecutable(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;

    private static IEnumerable<string> Candidates(string name) => name.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)
        ? [Path.GetFullPath(name)]
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.GetFullPath(Path.Combine(directory, name)));
}
