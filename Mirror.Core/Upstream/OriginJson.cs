using System.Text.Json;

namespace Mirror.Core.Upstream;

/// <summary>Reads members of origins' documents; members of an unexpected type count as missing.</summary>
internal static class OriginJson
{
    public static IEnumerable<JsonElement> Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static IReadOnlyList<string> Texts(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list)
            ? [.. Items(list).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]
            : [];
}
