using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

/// <summary>docs/configuration.md lists exactly the keys that the options read, with their defaults.</summary>
public sealed partial class DocumentedKeysTests
{
    private const string Unknown = "NoSuchKey";

    private static readonly List<(string Key, string Default)> Documented = [.. ReadDocument()];

    [Fact]
    public void Keys_ReadByTheOptions_MatchTheDocumentation()
    {
        string[] read = [.. ReadKeys("Mirror").Order(StringComparer.Ordinal)];

        Assert.Contains("Mirror:Upstream:Hosts:{n}:Name", read);
        Assert.Equal(read, Documented.Select(key => key.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_InTheDocumentation_MatchTheOptions()
    {
        string expected = Describe([]);
        foreach (var (key, value) in Documented.Where(key =>
            Quoted().IsMatch(key.Default)
                && !key.Key.Contains("{n}", StringComparison.Ordinal)
                && !key.Key.Contains(":Oidc:", StringComparison.Ordinal)))
        {
            // A default that comes from another key or the data directory is described with its name.
            string configured = string.Join(',', Quoted().Matches(value).Select(match => match.Groups[1].Value));
            if (!configured.StartsWith("Mirror:", StringComparison.Ordinal) && !value.Contains(" in ", StringComparison.Ordinal))
            {
                Assert.Equal((key, expected), (key, Describe(new() { [key] = configured })));
            }
        }
    }

    /// <summary>The options as text. Two options are equal if all of their values are.</summary>
    private static string Describe(Dictionary<string, string?> values) =>
        JsonSerializer.Serialize(
            MirrorOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build()) with { TrustedProxies = [] });

    /// <summary>The keys of a section, taken from the reader's messages about expected keys.</summary>
    private static string[] ReadKeys(string section)
    {
        string asked = section.Replace("{n}", "0", StringComparison.Ordinal) + ":" + Unknown;
        string[] problems = [.. Faults(asked).Where(fault => fault.Key == asked).Select(fault => fault.Problem)];
        if (problems.Select(problem => Expected().Match(problem)).FirstOrDefault(match => match.Success) is { } names)
        {
            return [.. names.Groups[1].Value.Split(", ").SelectMany(name => ReadKeys($"{section}:{name}"))];
        }

        string item = section + ":{n}";
        return problems.Any(problem => problem.Contains("list index", StringComparison.Ordinal))
            && ReadKeys(item) is var below
            && below[0] != item
            ? below
            : [section];
    }

    private static IReadOnlyList<ConfigurationFault> Faults(string key)
    {
        try
        {
            Describe(new() { [key] = "1" });
            return [];
        }
        catch (InvalidConfigurationException e)
        {
            return e.Faults;
        }
    }

    private static IEnumerable<(string Key, string Default)> ReadDocument([CallerFilePath] string source = "")
    {
        string prefix = "";
        foreach (string line in File.ReadLines(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "configuration.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                prefix = "";
            }
            else if (Below().Match(line) is { Success: true } below)
            {
                prefix = below.Groups[1].Value + ":";
            }

            if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
                string[] keys = [.. Quoted().Matches(cells[1]).Select(match => match.Groups[1].Value)];
                string[] defaults = cells[2].Split(", ");
                for (int i = 0; i < keys.Length; i++)
                {
                    yield return (
                        keys[i].StartsWith("Mirror:", StringComparison.Ordinal) ? keys[i] : prefix + keys[i],
                        keys.Length == 1 ? cells[2] : defaults[Math.Min(i, defaults.Length - 1)]);
                }
            }
        }
    }

    [GeneratedRegex("expected one of (.*)$")]
    private static partial Regex Expected();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("under `(Mirror:[A-Za-z:]+)`")]
    private static partial Regex Below();
}
