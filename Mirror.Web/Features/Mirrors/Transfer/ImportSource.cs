using Mirror.Core.Importing;
using Mirror.Core.Storage.Objects;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>The argument of <c>mirror import</c>: a directory, a bundle, or a bundle in an object store, which is read in place.</summary>
/// <param name="Path">The full path, or the URL.</param>
/// <param name="Url">Null for a local source.</param>
internal sealed record ImportSource(string Path, ObjectUrl? Url)
{
    /// <exception cref="FormatException">It does not exist, or is not the URL of an object.</exception>
    public static ImportSource Parse(string text) => ObjectUrl.IsUrl(text) ? new ImportSource(text, ObjectUrl.Parse(text))
        : File.Exists(text) || Directory.Exists(text) ? new ImportSource(System.IO.Path.GetFullPath(text), null)
        : throw new FormatException($"File or directory does not exist: '{text}'.");

    /// <summary>Finds the packages, and calls a function while they can be read.</summary>
    /// <exception cref="UsageException">The environment lacks something.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public async Task<int> ReadAsync(Func<FilesystemMirrorContent, Task<int>> run, CancellationToken cancellationToken)
    {
        if (Url is null)
        {
            return await run(File.Exists(Path) ? MirrorBundle.Scan(Path) : FilesystemMirror.Scan(Path));
        }

        using var objects = RemoteStores.Open(Url);
        var facts = await objects.FindAsync(Url.Key, cancellationToken)
            ?? throw new FileNotFoundException($"'{Url}' does not exist.");
        return await run(MirrorBundle.Scan(Path, () => ObjectStores.OpenRead(objects, Url.Key, facts)));
    }
}
