using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mirror.Web.Features.Jobs;

/// <summary>Converts CLI configuration in JSON, such as the file that <c>terraform login</c> writes, to HCL.</summary>
internal static class JsonConfiguration
{
    // The members of these are labels of blocks; the members of others are settings.
    private static readonly string[] Labelled = ["host", "credentials", "credentials_helper"];

    public static JsonTexts Plain { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <exception cref="FormatException">It is not a valid JSON object.</exception>
    public static IReadOnlyList<HclItem> Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject root
                ? [.. root.SelectMany(Items)]
                : throw new FormatException("it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static IEnumerable<HclItem> Items(KeyValuePair<string, JsonNode?> member)
    {
        if (member.Value is not JsonObject content)
        {
            return member.Value is null ? [] : [new HclItem(member.Key, null, $"{member.Key} = {Write(member.Value)}")];
        }

        return Labelled.Contains(member.Key)
            ? content.Where(block => block.Value is not null)
                .Select(
                    block => new HclItem(member.Key, block.Key, $"{member.Key} {CliConfiguration.Quote(block.Key)} {Write(block.Value!)}"))
            : [new HclItem(member.Key, null, $"{member.Key} {Write(content)}")];
    }

    private static string Write(JsonNode node) => node switch
    {
        JsonObject members =>
            $"{{\n{string.Concat(members.Where(member => member.Value is not null).Select(member => $"{CliConfiguration.Quote(member.Key)} = {Write(member.Value!)}\n"))}}}",
        JsonArray list => $"[{string.Join(", ", list.OfType<JsonNode>().Select(Write))}]",
        _ => node.GetValueKind() == JsonValueKind.String ? CliConfiguration.Quote(node.GetValue<string>()) : node.ToJsonString(),
    };
}

[JsonSerializable(typeof(string))]
internal sealed partial class JsonTexts : JsonSerializerContext;
