namespace Mirror.Tests.Verification;

/// <summary>The real signed documents in testdata, which the build copies to the output directory.</summary>
internal static class TestData
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", name);
}
