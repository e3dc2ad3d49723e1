namespace Mirror.Tests.Verification;

/// <summary>The real signed documents under testdata, copied beside the tests.</summary>
internal static class TestData
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", name);
}
