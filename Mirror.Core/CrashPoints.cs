namespace Mirror.Core;

/// <summary>
/// Names the steps of storing a package, so that a test can kill its process at each step and show that the package is then either
/// complete or absent.
/// </summary>
internal static class CrashPoints
{
    /// <summary>Set by tests only.</summary>
    public static Action<string>? Observer { get; set; }

    public static void Reached(string step) => Observer?.Invoke(step);
}
