using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

/// <summary>docs/configuration.md is generated, and lists exactly the keys that the options read, with their defaults.</summary>
public sealed partial class DocumentedKeysTests
{
    private const string Update = "MIRROR_UPDATE_SNAPSHOTS";
    private const string Unknown = "NoSuchKey";

    private static readonly List<(string Key, string Default)> Documented = [.. ReadDocument()];

    [Fact]
    public async Task Documentation_OfTheConfiguration_IsGeneratedFromTheOptions()
    {
        string written = ConfigurationReference.Write();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(DocumentPath(), written);
            return;
        }

        string[] expected = written.Split('\n'), actual = (await File.ReadAllTextAsync(DocumentPath())).Split('\n');
        int at = Enumerable.Range(0, Math.Max(expected.Length, actual.Length))
            .FirstOrDefault(i => expected.ElementAtOrDefault(i) != actual.ElementAtOrDefault(i), -1);
        Assert.True(
            at < 0,
            $"docs/configuration.md differs from line {at + 1} on:\n- {actual.ElementAtOrDefault(at)}\n+ {expected.ElementAtOrDefault(at)}\nRun 'just configuration'.");
    }

    [Fact]
    public void Examples_InTheDocumentation_AreAccepted()
    {
        var examples = ConfigurationReference.Examples().ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            string key = example.Key.Path.Replace("{n}", "0", StringComparison.Ordinal);
            // A path need not exist here.
            if (example.Key.Form != "path")
            {
                Assert.DoesNotContain(
                    Faults(key, example.Example), fault => fault.Problem.Contains($"'{example.Example}'", StringComparison.Ordinal));
            }
        });
    }

    [Fact]
    public void Secrets_AreMarkedAndNotShownInFaults()
    {
        string[] secrets = [.. ConfigurationReference.Keys.Where(key => key.IsSecret).Select(key => key.Path)];

        Assert.Equal(["Mirror:Auth:AdminToken", "Mirror:Auth:Oidc:ClientSecret", "Mirror:Packages:AzureBlob:ConnectionString", "Mirror:Packages:S3:SecretKey", "Mirror:Upstream:Hosts:{n}:Token"], secrets.Order(StringComparer.Ordinal));
        Assert.All(
            secrets,
            secret => Assert.DoesNotContain(
                Faults(secret.Replace("{n}", "0", StringComparison.Ordinal), "swordfish"),
                fault => fault.Problem.Contains("swordfish", StringComparison.Ordinal)));
    }

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

    private static IReadOnlyList<ConfigurationFault> Faults(string key, string value = "1")
    {
        try
        {
            Describe(new() { [key] = value });
            return [];
        }
        catch (InvalidConfigurationException e)
        {
            return e.Faults;
        }
    }

    private static IEnumerable<(string Key, string Default)> ReadDocument() =>
        File.ReadLines(DocumentPath())
            .Where(line => line.StartsWith("| `Mirror:", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[1].Trim('`'), cells[3]));

    private static string DocumentPath([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "configuration.md");

    [GeneratedRegex("expected one of (.*)$")]
    private static partial Regex Expected();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Quoted();
}
