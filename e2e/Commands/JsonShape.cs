using System.Text.Json;

namespace Mirror.E2E.Commands;

/// <summary>The structure of a JSON document without its values.</summary>
internal static class JsonShape
{
    /// <summary>The properties in order; for a list of objects, the properties of the first.</summary>
    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of(document.RootElement);
    }

    private static string Of(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(member => member.Value switch
    {
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Object =>
            $"{member.Name}[{Of(list[0])}]",
        { ValueKind: JsonValueKind.Object } inner when inner.EnumerateObject().Any() => $"{member.Name}[{Of(inner)}]",
        _ => member.Name,
    }));
}
