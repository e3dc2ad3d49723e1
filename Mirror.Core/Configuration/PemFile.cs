namespace Mirror.Core.Configuration;

/// <summary>A PEM file that a configuration key names, with its content when it was read.</summary>
public sealed class PemFile
{
    private static readonly string[] Extensions = [".pem", ".crt", ".cer"];

    private PemFile(string key, string path, string text) => (Key, Path, Text) = (key, path, text);

    /// <summary>The configuration key.</summary>
    public string Key { get; }

    public string Path { get; }

    /// <summary>The content, which may be secret.</summary>
    public string Text { get; }

    /// <exception cref="InvalidConfigurationException">Files cannot be read; each is a fault of its key.</exception>
    public static IReadOnlyList<PemFile> Read(params IReadOnlyList<(string Key, string Path)> files)
    {
        var read = new List<PemFile>();
        var faults = new List<ConfigurationFault>();
        foreach (var (key, path) in files)
        {
            try
            {
                read.Add(new PemFile(key, path, File.ReadAllText(path)));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                faults.Add(new ConfigurationFault(key, $"'{path}' does not exist; expected a PEM file"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(new ConfigurationFault(key, $"'{path}' cannot be read: {e.Message}"));
            }
        }

        return faults.Count == 0 ? read : throw new InvalidConfigurationException(faults);
    }

    /// <summary>One file, or the files of a directory (.pem, .crt, .cer) in the order of their names.</summary>
    /// <exception cref="InvalidConfigurationException">They cannot be read.</exception>
    public static IReadOnlyList<PemFile> ReadAll(string key, string path)
    {
        if (!Directory.Exists(path))
        {
            return Read((key, path));
        }

        try
        {
            string[] files = [.. Directory.GetFiles(path).Where(file => Extensions.Contains(System.IO.Path.GetExtension(file))).Order(StringComparer.Ordinal)];
            return files.Length > 0
                ? Read([.. files.Select(file => (key, file))])
                : throw Fault(key, $"the directory '{path}' contains no file that ends in {string.Join(", ", Extensions)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(key, $"'{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>The file cannot be used.</summary>
    internal InvalidConfigurationException Fault(string problem) => Fault(Key, $"'{Path}' {problem}");

    // The content may be secret.
    public override string ToString() => Path;

    private static InvalidConfigurationException Fault(string key, string problem) => new([new ConfigurationFault(key, problem)]);
}
