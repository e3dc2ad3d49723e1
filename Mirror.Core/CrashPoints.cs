namespace Mirror.Core;

/// <summary>
/// Names the steps of storing a package, so that a test can end its process at each of them and show that the package is
/// afterwards wholly there or wholly absent.
/// </summary>
internal static class CrashPoints
{
    /// <summary>Set by tests only.</summary>
    public static Action<string>? Observer { get; set; }

    public static void Reached(string step) => Observer?.Invoke(step);
}
