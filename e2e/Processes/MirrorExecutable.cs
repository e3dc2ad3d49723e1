using System.Diagnostics;
using System.Reflection;

namespace Mirror.E2E.Processes;

/// <summary>The product as its users have it: the executable of the same build as these tests.</summary>
internal static class MirrorExecutable
{
    private static readonly string File = Path.GetFullPath(
        typeof(MirrorExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Executable").Value!);

    /// <summary>To start it in a directory of its own, untouched by configuration in the environment of the tests.</summary>
    public static ProcessStartInfo Start(string workingDirectory, params IEnumerable<string> arguments)
    {
        if (!System.IO.File.Exists(File))
        {
            throw new FileNotFoundException("The executable is not built; run 'dotnet build Mirror.sln' with the same configuration as these tests.", File);
        }

        var start = new ProcessStartInfo("dotnet", [File, .. arguments]) { WorkingDirectory = workingDirectory };
        foreach (string name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    public static Task<ProgramRun> RunAsync(string workingDirectory, params IEnumerable<string> arguments) =>
        ProgramRun.RunAsync(Start(workingDirectory, arguments));

    private static bool IsSetting(string name) =>
        name.StartsWith("Mirror__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MIRROR_", StringComparison.Ordinal)
        || name.StartsWith("TF_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal);
}
