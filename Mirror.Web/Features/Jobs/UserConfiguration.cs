using System.Collections;

namespace Mirror.Web.Features.Jobs;

/// <summary>The program whose configuration is read; their locations differ.</summary>
internal enum ClientTool
{
    Terraform,
    OpenTofu,
}

internal static class ClientTools
{
    /// <summary>Determines the tool by its name; any other program, such as make, is assumed to run Terraform.</summary>
    public static ClientTool Of(string program) =>
        Path.GetFileNameWithoutExtension(program).Contains("tofu", StringComparison.OrdinalIgnoreCase)
            ? ClientTool.OpenTofu
            : ClientTool.Terraform;
}

/// <summary>The environment that determines where the user's configuration is.</summary>
/// <param name="Home">The home directory; on Windows that of application data.</param>
internal sealed record UserEnvironment(IReadOnlyDictionary<string, string> Variables, string Home, string WorkingDirectory)
{
    public static UserEnvironment OfThisProcess() => new(
        Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(item => (string)item.Key, item => (string?)item.Value ?? ""),
        Environment.GetFolderPath(
            OperatingSystem.IsWindows() ? Environment.SpecialFolder.ApplicationData : Environment.SpecialFolder.UserProfile),
        Directory.GetCurrentDirectory());

    public string? Find(string name) => Variables.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}

/// <summary>The user's CLI configuration, as Terraform and OpenTofu find it.</summary>
/// <param name="Files">The files with their top-level blocks and settings.</param>
/// <param name="PluginDirectories">Implied local mirror directories, searched unless the configuration sets installation methods.</param>
/// <param name="Faults">Messages about unreadable files.</param>
/// <param name="Variables">The environment.</param>
internal sealed record UserConfiguration(
    IReadOnlyList<(string Path, IReadOnlyList<HclItem> Items)> Files,
    IReadOnlyList<string> PluginDirectories,
    IReadOnlyList<string> Faults,
    IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>
    /// See https://developer.hashicorp.com/terraform/cli/config/config-file#locations and
    /// https://opentofu.org/docs/cli/config/config-file/#locations.
    /// </summary>
    public static UserConfiguration Read(ClientTool tool, UserEnvironment environment)
    {
        var files = new List<(string, IReadOnlyList<HclItem>)>();
        var faults = new List<string>();
        foreach (string path in FindFiles(tool, environment))
        {
            try
            {
                string text = File.ReadAllText(path);
                files.Add((path, text.AsSpan().TrimStart().StartsWith('{') ? JsonConfiguration.Read(text) : HclItem.ReadAll(text)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                string reason = e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist." : e.Message;
                faults.Add($"{path} is ignored: {reason}");
            }
        }

        return new UserConfiguration(files, [.. FindPluginDirectories(environment).Where(Directory.Exists)], faults, environment.Variables);
    }

    private static IEnumerable<string> FindFiles(ClientTool tool, UserEnvironment environment)
    {
        if ((environment.Find("TF_CLI_CONFIG_FILE") ?? environment.Find("TERRAFORM_CONFIG")) is { } named)
        {
            return [Path.GetFullPath(named, environment.WorkingDirectory)];
        }

        (string terraform, string tofu, string directory) = OperatingSystem.IsWindows()
            ? ("terraform.rc", "tofu.rc", "terraform.d")
            : (".terraformrc", ".tofurc", ".terraform.d");
        List<string> files = [Path.Combine(environment.Home, terraform)];
        List<string> directories = [Path.Combine(environment.Home, directory)];
        if (tool == ClientTool.OpenTofu)
        {
            files.Insert(0, Path.Combine(environment.Home, tofu));
            if (environment.Find("XDG_CONFIG_HOME") is { } xdg)
            {
                files.Add(Path.Combine(xdg, "opentofu", "tofurc"));
                directories.Add(Path.Combine(xdg, "opentofu"));
            }
        }

        // If the environment names a file, these are not read, so that file must contain them.
        var below = directories.Find(Directory.Exists) is { } found
            ? Directory.EnumerateFiles(found).Where(IsConfiguration).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        return files.Find(File.Exists) is { } main ? [main, .. below] : below;
    }

    private static bool IsConfiguration(string path) =>
        !Path.GetFileName(path).StartsWith('.')
            && (path.EndsWith(".tfrc", StringComparison.Ordinal) || path.EndsWith(".tfrc.json", StringComparison.Ordinal));

    /// <summary>See https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories.</summary>
    private static IEnumerable<string> FindPluginDirectories(UserEnvironment environment)
    {
        yield return Path.Combine(environment.WorkingDirectory, "terraform.d", "plugins");
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(environment.Home, "terraform.d", "plugins");
            yield break;
        }

        yield return Path.Combine(environment.Home, ".terraform.d", "plugins");
        string data = environment.Find("XDG_DATA_HOME") ?? Path.Combine(environment.Home, ".local", "share");
        foreach (string directory in (string[])[data, .. (environment.Find("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share").Split(':')])
        {
            yield return Path.Combine(directory, "terraform", "plugins");
        }
    }
}
