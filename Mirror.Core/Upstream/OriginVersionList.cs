using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Outcomes;

namespace Mirror.Core.Upstream;

/// <summary>The versions that an origin offers, valid ones only, newest first.</summary>
/// <param name="Warnings">What the registry tells every user of the provider.</param>
public sealed record OriginVersionList(IReadOnlyList<OriginVersion> Versions, IReadOnlyList<string> Warnings)
{
    public OriginVersion? Find(ProviderVersion version) => Versions.FirstOrDefault(item => item.Version == version);

    /// <summary>
    /// Reads a <c>versions</c> document. Versions and platforms that are not valid are left out: one of them would make
    /// older clients refuse the whole list.
    /// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#list-available-versions.
    /// </summary>
    public static Outcome<OriginVersionList> Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("versions", out var versions) || versions.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
            {
                return Malformed("there is no list 'versions'");
            }

            var list = new Dictionary<ProviderVersion, OriginVersion>();
            foreach (var item in Items(versions))
            {
                if (item.ValueKind == JsonValueKind.Object && ProviderVersion.TryParse(Text(item, "version"), out var version))
                {
                    list.TryAdd(version, new OriginVersion(version, Texts(item, "protocols"), ReadPlatforms(item)));
                }
            }

            return new OriginVersionList([.. list.Values.OrderByDescending(item => item.Version)], Texts(document.RootElement, "warnings"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e.Message);
        }
    }

    /// <summary>
    /// Reads the <c>versions</c> document of a module: the first of its <c>modules</c> is the one that was asked for. Clients
    /// take versions with a leading <c>v</c> for the same without.
    /// See https://developer.hashicorp.com/terraform/internals/module-registry-protocol#list-available-versions-for-a-specific-module.
    /// </summary>
    public static Outcome<OriginVersionList> ParseModules(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("modules", out var modules)
                || Items(modules).FirstOrDefault() is not { ValueKind: JsonValueKind.Object } module || !module.TryGetProperty("versions", out var versions))
            {
                return Malformed("there is no list 'modules' with 'versions'");
            }

            var list = Items(versions)
                .Select(item => item.ValueKind == JsonValueKind.Object ? Text(item, "version") : null)
                .Select(text => ProviderVersion.TryParse(text?.StartsWith('v') == true ? text[1..] : text, out var version) ? version : null)
                .OfType<ProviderVersion>().Distinct().OrderDescending()
                .Select(version => new OriginVersion(version, [], []));
            return new OriginVersionList([.. list], []);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e.Message);
        }
    }

    private static List<Platform> ReadPlatforms(JsonElement version)
    {
        var platforms = new SortedSet<Platform>();
        foreach (var item in version.TryGetProperty("platforms", out var list) ? Items(list) : [])
        {
            if (item.ValueKind == JsonValueKind.Object && Platform.TryCreate(Text(item, "os"), Text(item, "arch"), out var platform))
            {
                platforms.Add(platform);
            }
        }

        return [.. platforms];
    }

    internal static IEnumerable<JsonElement> Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    internal static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static IReadOnlyList<string> Texts(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list)
            ? [.. Items(list).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]
            : [];

    private static Failure Malformed(string problem) =>
        new(FailureKind.InvalidAnswer, $"The origin's list of versions cannot be read: {problem}.");
}

/// <param name="Protocols">Plugin protocol versions, such as <c>5.0</c>.</param>
public sealed record OriginVersion(ProviderVersion Version, IReadOnlyList<string> Protocols, IReadOnlyList<Platform> Platforms);
