using System.Text.Json;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>Reads what a provider sent, which may be anything.</summary>
internal static class OpenIdJson
{
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A claim that is a text, or a list of them.</summary>
    public static IEnumerable<string> Texts(this JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };
}
