using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>
/// The documents that make an export a network mirror on any web server, in addition to the packages; existing documents in a directory are
/// extended. See https://developer.hashicorp.com/terraform/cli/commands/providers/mirror.
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
            return []; // Not a document of an export; replace it.
        }
    }

    private static void Write(IExportTarget target, string name, string member, JsonObject content) =>
        target.Write(name, System.Text.Encoding.UTF8.GetBytes(new JsonObject { [member] = content }.ToJsonString()));
}
