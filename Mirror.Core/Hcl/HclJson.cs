using System.Text.Json;

namespace Mirror.Core.Hcl;

/// <summary>
/// Reads HCL's JSON syntax as the same structure as its native syntax.
/// See https://developer.hashicorp.com/terraform/language/syntax/json.
/// </summary>
public static class HclJson
{
    /// <param name="labels">The number of labels of each type of block; anything else is an attribute. A dot separates nested types.</param>
    /// <exception cref="HclSyntaxException">The text is not valid JSON.</exception>
    public static HclBody Read(ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, int> labels)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = HclReader.MaxDepth });
            return ReadBody(document.RootElement, "", labels);
        }
        catch (JsonException e)
        {
            throw new HclSyntaxException(
                new((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), "the file is not valid JSON");
        }
    }

    private static HclBody ReadBody(JsonElement element, string path, IReadOnlyDictionary<string, int> labels)
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        foreach (var body in Items(element))
        {
            foreach (var member in body.EnumerateObject().Where(member => member.Name != "//"))
            {
                if (labels.TryGetValue(path + member.Name, out int count))
                {
                    ReadBlocks(member.Name, [], count, member.Value, path, labels, blocks);
                }
                else
                {
                    attributes.Add(new HclAttribute(member.Name, member.Value.GetRawText(), default, default));
                }
            }
        }

        return new HclBody(attributes, blocks);
    }

    private static void ReadBlocks(
        string type, string[] given, int missing, JsonElement element, string path, IReadOnlyDictionary<string, int> labels, List<HclBlock> blocks)
    {
        foreach (var item in Items(element))
        {
            if (missing == 0)
            {
                blocks.Add(new HclBlock(type, given, ReadBody(item, $"{path}{type}.", labels), default, default));
                continue;
            }

            foreach (var member in item.EnumerateObject().Where(member => member.Name != "//"))
            {
                ReadBlocks(type, [.. given, member.Name], missing - 1, member.Value, path, labels, blocks);
            }
        }
    }

    /// <summary>An object, or the objects of an array.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [element],
        JsonValueKind.Array => element.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object),
        _ => [],
    };
}
