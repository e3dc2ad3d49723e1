namespace Mirror.Core.Catalog;

/// <summary>
/// Recognizes words of a search that name platforms. Only names known to Go, in which providers are written: a search for each word in all
/// platforms would be slow.
/// </summary>
internal static class PlatformWords
{
    private const int MinLength = 3;

    private static readonly string[] OperatingSystems =
    [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "linux", "netbsd", "openbsd", "plan9", "solaris", "windows",
    ];

    private static readonly string[] Architectures =
    [
        "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
    ];

    /// <summary>The operating systems and architectures that start with the word; none for a short word.</summary>
    public static (string[] Os, string[] Arch) Find(string word) =>
        word.Length < MinLength ? ([], []) : (StartingWith(OperatingSystems, word), StartingWith(Architectures, word));

    private static string[] StartingWith(string[] names, string word) =>
        [.. names.Where(name => name.StartsWith(word, StringComparison.Ordinal))];
}
