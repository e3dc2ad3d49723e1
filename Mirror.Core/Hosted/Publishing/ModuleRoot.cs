using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>Finds the module in an archive: at its root, or in the single top directory that forges and <c>git archive</c> create.</summary>
internal static class ModuleRoot
{
    private static readonly string[] Extensions = [".tf", ".tf.json", ".tofu", ".tofu.json"];

    /// <param name="subdirectory">Below the root or the top directory.</param>
    /// <returns>The module's directory in the archive; empty for the root.</returns>
    /// <exception cref="InvalidDataException">There is no module; the message is a clause that describes the problem.</exception>
    public static string Find(IReadOnlyList<SourceFile> files, string subdirectory)
    {
        string top = TopDirectory(files);
        string[] candidates = [subdirectory, top.Length == 0 || subdirectory.Length == 0 ? top : $"{top}/{subdirectory}"];
        string found = candidates.FirstOrDefault(directory => files.Any(file => IsConfiguration(file.Path, directory)))
            ?? throw new InvalidDataException(
                "the archive has no *.tf, *.tf.json or *.tofu file "
                + (subdirectory.Length == 0 ? "at its root or in its only top directory" : $"in its directory '{subdirectory}'"));
        return found.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/')
            ? found
            : throw new InvalidDataException(
                $"the module is in the directory '{TarDirectory.Display(found)}', which a source address cannot express; expected letters, digits, '.', '-' and '_'");
    }

    /// <summary>The module's directory, if an origin named it with the pattern <c>*</c> for the only top directory.</summary>
    public static string Resolve(IReadOnlyList<SourceFile> files, string subdirectory) =>
        subdirectory == "*" ? TopDirectory(files)
        : subdirectory.StartsWith("*/", StringComparison.Ordinal) ? $"{TopDirectory(files)}{subdirectory[1..]}"
        : subdirectory.Trim('/');

    /// <summary>Whether clients read the file as configuration of the directory.</summary>
    public static bool IsConfiguration(string path, string directory)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return !name.StartsWith('.')
            && Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal))
            && path.Length == name.Length + (directory.Length == 0 ? 0 : directory.Length + 1)
            && path.StartsWith(directory, StringComparison.Ordinal);
    }

    private static string TopDirectory(IReadOnlyList<SourceFile> files)
    {
        string first = files.Count == 0 ? "" : files[0].Path;
        int slash = first.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && files.All(file => file.Path.AsSpan().StartsWith(first.AsSpan(0, slash + 1))) ? first[..slash] : "";
    }
}
