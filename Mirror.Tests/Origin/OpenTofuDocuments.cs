using System.Text.Json.Nodes;

namespace Mirror.Tests.Origin;

/// <summary>
/// The dialect of registry.opentofu.org (https://github.com/opentofu/registry): keys have only an id and armor, a provider without keys has
/// <c>null</c>, and newer documents list the hashes and sizes of all platforms under <c>packages</c>.
/// </summary>
internal static class OpenTofuDocuments
{
    public static void Restyle(JsonObject download, FakeRelease release)
    {
        download["signing_keys"] = new JsonObject
        {
            ["gpg_public_keys"] = release.Keys.Count == 0
                ? null
                : new JsonArray([.. release.Keys.Select(key =>
                    new JsonObject { ["key_id"] = key.KeyId, ["ascii_armor"] = key.AsciiArmor })]),
        };
        download["packages"] = new JsonObject(release.Packages.Values
            .Where(package => package.Content.Length > 0)
            .Select(package => KeyValuePair.Create<string, JsonNode?>(package.Platform.Value, new JsonObject
            {
                ["hashes"] = new JsonArray(package.ZipHash, package.ContentHash),
                ["package_size"] = package.Content.Length,
            })));
    }
}
