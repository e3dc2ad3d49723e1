using Mirror.Tests.Origin;
using Mirror.Tests.Processes;

namespace Mirror.E2E.Browser;

/// <summary>
/// A test that needs Chromium and axe-core, which e2e/test installs from npm outside the repository. Without them, the test is skipped by
/// name. If <c>CI</c> is set, it runs anyway, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AxeFactAttribute : FactAttribute
{
    public AxeFactAttribute()
    {
        Skip = new RequiresToolFactAttribute("chromium").Skip;
        if (Skip is null && !File.Exists(ScriptPath) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = $"axe-core is not at '{ScriptPath}'; e2e/test installs it.";
        }
    }

    public static string ScriptPath => Path.Combine(NpmPackages.PathOf("axe-core"), "axe.min.js");
}
