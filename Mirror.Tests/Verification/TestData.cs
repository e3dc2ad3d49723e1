namespace Mirror.Tests.Verification;

/// <summary>The real signed documents in testdata, which the build copies to the output directory.</summary>
internal static class TestData
{
    /// <summary>The time at which tests read keys, in which no self-signature of those in testdata has expired.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", name);
}
