using System.Diagnostics;
using System.Reflection;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Processes;

/// <summary>The product as an executable.</summary>
public sealed class MirrorExecutable
{
    private readonly string _program;
    private readonly string[] _first;

    private MirrorExecutable(string program, params string[] first) => (_program, _first) = (program, first);

    /// <summary>The executable of the same build as these tests.</summary>
    public static MirrorExecutable Built { get; } = new("dotnet", PathOf("Executable"));

    /// <summary>The assembly that <c>dotnet</c> starts.</summary>
    public static string BuiltPath => PathOf("Executable");

    /// <summary>A page of the documentation, with its examples.</summary>
    public static string ReadDocumentation(string page) => File.ReadAllText(Path.Combine(PathOf("Documentation"), page));

    /// <summary>The directories into which <c>e2e/test</c> publishes, by runtime identifier.</summary>
    public static string PublishDirectory(string runtime) => Path.Combine(PathOf("Published"), runtime);

    /// <summary>The single file with the complete product.</summary>
    public static MirrorExecutable OneFile(string path) => new(path);

    /// <summary>
    /// The single file under a user id without an account and without <c>HOME</c>, as in some containers. Makes the working directory
    /// writable for everyone.
    /// </summary>
    public static MirrorExecutable OneFileWithoutAccount(string path) => new(
        "sh",
        "-c",
        "chmod 777 . && exec setpriv --reuid 54321 --regid 54321 --clear-groups env -u HOME -u DOTNET_BUNDLE_EXTRACT_BASE_DIR \"$0\" \"$@\"",
        path);

    /// <summary>The same executable, run by another program, such as <c>nsenter</c> with its arguments.</summary>
    public MirrorExecutable Through(IReadOnlyList<string> program) => new(program[0], [.. program.Skip(1), _program, .. _first]);

    /// <summary>Prepares a start in the given directory, without configuration from the environment of the tests.</summary>
    public ProcessStartInfo Start(string workingDirectory, params IEnumerable<string> arguments)
    {
        if (_first is [var built] && !File.Exists(built))
        {
            throw new FileNotFoundException(
                "The executable is not built; run 'dotnet build Mirror.sln' with the same configuration as these tests.", built);
        }

        // Ctrl-C must work even if these tests run as a background job, in which a shell makes programs ignore it.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=INT", _program, .. _first, .. arguments])
        { WorkingDirectory = workingDirectory };
        foreach (string name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        // No profiles of the user who runs the tests.
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(workingDirectory, ".config");

        return start;
    }

    public Task<ProgramRun> RunAsync(string workingDirectory, params IEnumerable<string> arguments) =>
        ProgramRun.RunAsync(Start(workingDirectory, arguments));

    private static string PathOf(string key) => Path.GetFullPath(
        typeof(MirrorExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!);

    private static bool IsSetting(string name) =>
        name.StartsWith("Mirror__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MIRROR_", StringComparison.Ordinal)
        || name.StartsWith("TF_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// A test that needs the published file. Without it, the test is skipped by name, unless the environment variable CI is set.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresPublishedFactAttribute : FactAttribute
{
    /// <param name="asRoot">Only root can run this test: it starts programs as another user.</param>
    public RequiresPublishedFactAttribute(bool asRoot = false)
    {
        bool isCi = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
        if (!isCi && !Directory.Exists(MirrorExecutable.PublishDirectory("linux-x64")))
        {
            Skip = "The executable is not published; e2e/test does that.";
        }
        else if (!isCi)
        {
            Skip = asRoot && Environment.UserName != "root"
                ? "Only root can start programs as another user."
                : new RequiresToolFactAttribute("terraform").Skip ?? (asRoot ? new RequiresToolFactAttribute("setpriv").Skip : null);
        }
    }
}
