using System.Runtime.CompilerServices;

namespace Mirror.Tests.Snapshots;

/// <summary>
/// A public interface of the product, as a file next to these tests. A change of the interface changes the file, and needs a review.
/// </summary>
internal static class Snapshot
{
    private const string Update = "MIRROR_UPDATE_SNAPSHOTS";

    /// <param name="name">Relative to the directory of the calling test.</param>
    public static async Task AssertAsync(string name, string actual, [CallerFilePath] string source = "")
    {
        string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, name));
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
            $"{name} differs from line {at + 1} on:\n- {expected.ElementAtOrDefault(at)}\n+ {lines.ElementAtOrDefault(at)}\n"
                + $"Where the change is intended, renew the files: {Update}=1 dotnet test Mirror.Tests --filter FullyQualifiedName~{Path.GetFileNameWithoutExtension(source)}");
    }
}
