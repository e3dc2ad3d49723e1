using System.Globalization;
using System.Text;
using Mirror.Core.Hcl;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// Reads the documentation of a module from its archive: the module itself, its submodules and its examples. Files that cannot be read
/// become problems of the documentation. The work is synchronous and belongs on a background thread.
/// </summary>
internal sealed class ModuleInspector
{
    internal const int MaxFiles = 2000;

    /// <summary>In bytes, of one file.</summary>
    internal const int MaxFileSize = 1 << 20;

    /// <summary>In bytes, of all files that are read.</summary>
    internal const long MaxTotalSize = 8 << 20;

    internal const int MaxProblems = 100;

    private static readonly string[] Groups = ["modules", "examples"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SortedDictionary<string, ModulePartReader> _parts = new(StringComparer.Ordinal) { [""] = new("") };
    private readonly List<string> _problems = [];

    private ModuleInspector()
    {
    }

    /// <param name="root">The module's directory in the archive; empty for the root.</param>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public static ModuleDocumentation Inspect(SourceArchive archive, string root)
    {
        var inspector = new ModuleInspector();
        var chosen = inspector.Choose(archive.Files, root);
        archive.Read(chosen.Keys.ToHashSet(StringComparer.Ordinal), (file, content) => inspector.Read(chosen[file.Path], file, content));
        foreach (string link in archive.Links)
        {
            inspector.Report($"{TarDirectory.Display(link)}: a symbolic link, which clients unpack as an empty file.");
        }

        return inspector.ToDocumentation();
    }

    /// <summary>The documentation of an archive that cannot be read.</summary>
    /// <param name="problem">For display.</param>
    public static ModuleDocumentation Unreadable(string problem)
    {
        var inspector = new ModuleInspector();
        inspector.Report(problem);
        return inspector.ToDocumentation();
    }

    private ModuleDocumentation ToDocumentation()
    {
        var parts = _parts.Values.Select(reader => reader.ToPart()).ToList();
        IReadOnlyList<ModulePart> Below(string group) =>
            [.. parts.Where(part => part.Path.StartsWith(group + "/", StringComparison.Ordinal))];
        return new ModuleDocumentation(parts[0], Below("modules"), Below("examples"), _problems);
    }

    /// <summary>The files to read, with their paths in the module.</summary>
    private Dictionary<string, string> Choose(IReadOnlyList<SourceFile> files, string root)
    {
        string prefix = root.Length == 0 ? "" : root + "/";
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        long left = MaxTotalSize;
        foreach (var file in files.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string path = file.Path[prefix.Length..];
            if (FindPart(path) is not { } part || !IsReadme(path) && !ModuleRoot.IsConfiguration(path, part))
            {
                continue;
            }

            if (file.Size > MaxFileSize)
            {
                Report($"{path}: not read, because it is larger than {MaxFileSize} bytes.");
            }
            else if (chosen.Count == MaxFiles || file.Size > left)
            {
                Report(string.Create(
                    CultureInfo.InvariantCulture, $"{path}: not read, like all files after it: the module has more than {MaxFiles} files or {MaxTotalSize} bytes of configuration."));
                break;
            }
            else
            {
                chosen[file.Path] = path;
                left -= file.Size;
            }
        }

        return chosen;
    }

    /// <summary>The directory whose documentation the file belongs to; null if it is not documented.</summary>
    private static string? FindPart(string path)
    {
        string[] parts = path.Split('/');
        return parts.Length switch
        {
            1 => "",
            3 when Groups.Contains(parts[0]) => $"{parts[0]}/{parts[1]}",
            _ => null,
        };
    }

    private void Read(string path, SourceFile file, Stream content)
    {
        string directory = FindPart(path)!;
        if (!_parts.TryGetValue(directory, out var part))
        {
            _parts.Add(directory, part = new ModulePartReader(directory));
        }

        byte[] bytes = new byte[file.Size];
        content.ReadExactly(bytes);
        try
        {
            if (IsReadme(path))
            {
                part.Readme = Utf8.GetString(bytes).TrimStart('\uFEFF');
            }
            else if (!IsOverride(path))
            {
                part.Add(path.EndsWith(".json", StringComparison.Ordinal)
                    ? HclJson.Read(bytes, ModulePartReader.Labels)
                    : HclReader.Read(Utf8.GetString(bytes), MaxFileSize));
            }
        }
        catch (HclSyntaxException e)
        {
            Report($"{path}: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            Report($"{path}: not read, because it is not UTF-8 text.");
        }
    }

    private static bool IsReadme(string path) => Path.GetFileName(path).Equals("README.md", StringComparison.OrdinalIgnoreCase);

    /// <summary>Such files change blocks of others. See https://developer.hashicorp.com/terraform/language/files/override.</summary>
    private static bool IsOverride(string path)
    {
        string stem = Path.GetFileName(path).Split('.')[0];
        return stem == "override" || stem.EndsWith("_override", StringComparison.Ordinal);
    }

    private void Report(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
