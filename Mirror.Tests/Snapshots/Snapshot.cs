using System.Runtime.CompilerServices;

namespace Mirror.Tests.Snapshots;

/// <summary>
/// What the product promises from outside, as a file beside these tests. A change to it is a change to the file, to be reviewed.
/// </summary>
internal static class Snapshot
{
    private const string Update = "MIRROR_UPDATE_SNAPSHOTS";

    public static async Task AssertAsync(string name, string actual, [CallerFilePath] string source = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(source)!, name);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(path, actual);
            return;
        }

        string[] expected = (await File.ReadAllTextAsync(path)).Split('\n'), lines = actual.Split('\n');
        int at = Enumerable.Range(0, Math.Max(expected.Length, lines.Length))
            .FirstOrDefault(i => expected.ElementAtOrDefault(i) != lines.ElementAtOrDefault(i), -1);
        Assert.True(
            at < 0,
            $"Mirror.Tests/Snapshots/{name} differs from line {at + 1} on:\n- {expected.ElementAtOrDefault(at)}\n+ {lines.ElementAtOrDefault(at)}\n"
                + $"Where the change is intended, renew the files: {Update}=1 dotnet test Mirror.Tests --filter FullyQualifiedName~Snapshots");
    }
}
