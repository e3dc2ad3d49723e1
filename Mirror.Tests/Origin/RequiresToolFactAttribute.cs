using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>
/// A test that needs programs on the PATH. Without one of them, the test is skipped by name. If the environment variable <c>CI</c> is set, it runs
/// anyway, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresToolFactAttribute : FactAttribute
{
    public RequiresToolFactAttribute(params string[] tools)
    {
        Tools = tools;
        if (tools.FirstOrDefault(tool => !IsPresent(tool)) is { } missing && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = $"'{missing}' is not on the PATH.";
        }
    }

    public IReadOnlyList<string> Tools { get; }

    private static bool IsPresent(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, tool)) || File.Exists(Path.Combine(directory, tool + ".exe")));
}
