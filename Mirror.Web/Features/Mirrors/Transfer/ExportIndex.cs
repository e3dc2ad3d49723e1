using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>
/// The documents beside the packages, which make an export a network mirror too, on any web server; what a directory holds
/// from before is kept. See https://developer.hashicorp.com/terraform/cli/commands/providers/mirror.
/// </summary>
internal sealed class ExportIndex
{
    private readonly Dictionary<ProviderAddress, Dictionary<ProviderVersion, Dictionary<Platform, PackageDetails>>> _providers = [];

    public void Add(ProviderAddress provider, ProviderVersion version, PackageDetails platform)
    {
        if (!_providers.TryGetValue(provider, out var versions))
        {
            _providers.Add(provider, versions = []);
        }

        if (!versions.TryGetValue(version, out var platforms))
        {
            versions.Add(version, platforms = []);
        }

        platforms[platform.Platform] = platform;
    }

    public void Write(IExportTarget target)
    {
        foreach (var (provider, versions) in _providers)
        {
            string index = $"{provider}/index.json";
            var listed = Read(target, index, "versions");
            foreach (var (version, platforms) in versions)
            {
                string document = $"{provider}/{version}.json";
                var archives = Read(target, document, "archives");
                foreach (var (name, platform) in platforms)
                {
                    archives[name.Value] = new JsonObject
                    {
                        ["hashes"] = new JsonArray([.. platform.Hashes.Select(hash => (JsonNode)hash.Value)]),
                        ["url"] = new PackageFileName(provider.Type, version, name).ToString(),
                    };
                }

                Write(target, document, "archives", archives);
                listed[version.Value] = new JsonObject();
            }

            Write(target, index, "versions", listed);
        }
    }

    private static JsonObject Read(IExportTarget target, string name, string member)
    {
        try
        {
            return target.Find(name) is { } content
                && JsonNode.Parse(content) is JsonObject document
                && document[member] is JsonObject found
                ? (JsonObject)found.DeepClone()
                : [];
        }
        catch (JsonException)
        {
            return []; // Not ours; what it says is replaced.
        }
    }

    private static void Write(IExportTarget target, string name, string member, JsonObject content) =>
        target.Write(name, System.Text.Encoding.UTF8.GetBytes(new JsonObject { [member] = content }.ToJsonString()));
}
