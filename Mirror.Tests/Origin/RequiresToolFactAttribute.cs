using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>
/// A test that needs a program on the PATH. Without it, the test is skipped by name. If the environment variable <c>CI</c> is set, it runs
/// anyway, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresToolFactAttribute : FactAttribute
{
    public RequiresToolFactAttribute(string tool)
    {
        Tool = tool;
        if (!IsPresent(tool) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = $"'{tool}' is not on the PATH.";
        }
    }

    public string Tool { get; }

    private static bool IsPresent(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, tool)) || File.Exists(Path.Combine(directory, tool + ".exe")));
}
