using Mirror.Core.Addresses;
using Mirror.Core.Hcl;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>Collects the documentation of one directory from its files. Of blocks with the same name, the first one counts.</summary>
internal sealed class ModulePartReader(string path)
{
    /// <summary>The number of labels of the blocks that are read.</summary>
    internal static readonly Dictionary<string, int> Labels = new()
    {
        ["variable"] = 1,
        ["output"] = 1,
        ["module"] = 1,
        ["resource"] = 2,
        ["data"] = 2,
        ["terraform"] = 0,
        ["terraform.required_providers"] = 0,
    };

    // Hosts of Git repositories, whose addresses look like those of modules.
    private static readonly string[] GitHosts = ["github.com", "bitbucket.org", "gitlab.com"];

    private readonly OrderedDictionary<string, ModuleInput> _inputs = [];
    private readonly OrderedDictionary<string, ModuleOutput> _outputs = [];
    private readonly OrderedDictionary<string, ModuleProvider> _providers = [];
    private readonly OrderedDictionary<string, ModuleDependency> _dependencies = [];
    private readonly OrderedDictionary<(string, string, bool), ModuleResource> _resources = [];
    private string? _terraformVersion;

    public string Path => path;

    public string? Readme { get; set; }

    /// <exception cref="HclSyntaxException">A block is malformed.</exception>
    public void Add(HclBody file)
    {
        foreach (var block in file.Blocks.Where(block => block.Labels.Count == Labels.GetValueOrDefault(block.Type, -1)))
        {
            Add(block);
        }
    }

    public ModulePart ToPart() => new(
        path, Readme, _terraformVersion, [.. _inputs.Values], [.. _outputs.Values], [.. _resources.Values], [.. _providers.Values], [.. _dependencies.Values]);

    /// <summary>Follows the rules of clients, see https://developer.hashicorp.com/terraform/language/modules/sources.</summary>
    internal static ModuleSourceKind KindOf(string source)
    {
        if (source.StartsWith("./", StringComparison.Ordinal) || source.StartsWith("../", StringComparison.Ordinal))
        {
            return ModuleSourceKind.Local;
        }

        int subdirectory = source.IndexOf("//", StringComparison.Ordinal);
        return ModuleAddress.TryParse(subdirectory < 0 ? source : source[..subdirectory], out var module)
            && !GitHosts.Contains(module.Hostname.Value)
            ? ModuleSourceKind.Registry
            : ModuleSourceKind.Direct;
    }

    private void Add(HclBlock block)
    {
        var (labels, body) = (block.Labels, block.Body);
        switch (block.Type)
        {
            case "variable":
                _inputs.TryAdd(labels[0], new ModuleInput(
                    labels[0], Type(body), Text(body, "description"), body.Find("default")?.Expression, IsTrue(body, "sensitive")));
                break;
            case "output":
                _outputs.TryAdd(labels[0], new ModuleOutput(labels[0], Text(body, "description"), IsTrue(body, "sensitive")));
                break;
            case "resource" or "data":
                bool isData = block.Type == "data";
                _resources.TryAdd((labels[0], labels[1], isData), new ModuleResource(labels[0], labels[1], isData));
                break;
            case "module" when body.Find("source") is { } attribute:
                string source = attribute.ReadText();
                _dependencies.TryAdd(labels[0], new ModuleDependency(labels[0], source, Text(body, "version"), KindOf(source)));
                break;
            case "terraform":
                _terraformVersion ??= Text(body, "required_version");
                foreach (var provider in body.Blocks.Where(inner => inner.Type == "required_providers").SelectMany(inner => inner.Body.Attributes))
                {
                    AddProvider(provider);
                }

                break;
        }
    }

    private void AddProvider(HclAttribute provider)
    {
        var members = HclReader.ReadObject(provider.Expression);
        string? Member(string name) => members.FirstOrDefault(member => member.Name == name)?.ReadText();
        // Before Terraform 0.13, only a version.
        _providers.TryAdd(provider.Name, provider.TryReadString(out string? version)
            ? new ModuleProvider(provider.Name, null, version)
            : new ModuleProvider(provider.Name, Member("source"), Member("version")));
    }

    /// <summary>Before Terraform 0.12, and in JSON, types are strings.</summary>
    private static string? Type(HclBody body) => Text(body, "type") is not "any" and { } type ? type : null;

    private static string? Text(HclBody body, string name) => body.Find(name)?.ReadText();

    private static bool IsTrue(HclBody body, string name) => body.Find(name)?.Expression == "true";
}
