using System.Globalization;
using System.Text.Json.Nodes;

namespace Mirror.Tests.Http.Bounds;

/// <summary>A body with one error.</summary>
/// <param name="What">Describes the error.</param>
/// <param name="Named">The name that the response must contain; null: the response can contain anything, but must not be a server
/// error.</param>
internal sealed record BodyAttack(string What, string Body, string? Named);

internal static class BodyAttacks
{
    private const string Mark = "@@@";

    /// <summary>
    /// Invalid bodies of an operation. Each is too long, has too many entries, or is malformed in one place of its schema.
    /// </summary>
    public static IEnumerable<BodyAttack> Of(ApiOperation operation)
    {
        var body = operation.Body!;
        string sample = operation.Sample(body).ToJsonString();
        yield return new BodyAttack("what is allowed", sample, null);
        yield return new BodyAttack("nothing", "", null);
        yield return new BodyAttack("no JSON", "{\"", null);
        yield return new BodyAttack("null", "null", null);
        yield return new BodyAttack("a list", "[]", null);
        yield return new BodyAttack("a deep list", new string('[', 20_000), null);
        foreach (var (path, schema) in operation.Parts(body))
        {
            foreach (var (what, json, mustRefuse) in Values(operation, schema))
            {
                yield return new BodyAttack(
                    $"{string.Join('.', path)}: {what}",
                    With(operation, path, json),
                    mustRefuse ? path.LastOrDefault(part => part is not ("[0]" or "key")) ?? "" : null);
            }

            if (schema["properties"] is not JsonObject members)
            {
                continue;
            }

            var document = operation.Resolve(schema);
            var whole = operation.Sample(document).AsObject();
            yield return new BodyAttack(
                $"{string.Join('.', path)}: an unknown member",
                With(operation, path, Extended(whole, "no-such-member")),
                "'no-such-member'");
            foreach (string required in (schema["required"]?.AsArray() ?? []).Select(name => (string)name!))
            {
                var part = whole.DeepClone().AsObject();
                part.Remove(required);
                yield return new BodyAttack(
                    $"{string.Join('.', path)}: no {required}", With(operation, path, part.ToJsonString()), required);
            }

            foreach (var (name, value) in members)
            {
                string twice = $"{whole.ToJsonString()[..^1]},\"{name}\":{operation.Sample(value!.AsObject()).ToJsonString()}}}";
                yield return new BodyAttack($"{string.Join('.', path)}: {name} twice", With(operation, path, twice), name);
            }
        }
    }

    private static string Extended(JsonObject document, string name) =>
        new JsonObject(document.DeepClone().AsObject().ToList().Select(member =>
            KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
        { [name] = 1 }.ToJsonString();

    private static IEnumerable<(string What, string Json, bool MustRefuse)> Values(ApiOperation operation, JsonObject schema)
    {
        yield return ("null", "null", false);
        yield return ("a number", "123456789012345678901234567890", false);
        yield return ("a list of null", "[null]", false);
        if (schema["enum"] is null && ApiSchema.Is(schema, "string"))
        {
            int length = ApiSchema.Bound(schema, "maxLength") ?? 1_000_000;
            yield return ("too long", $"\"{new string('A', length + 4)}\"", true);
            yield return ("empty", "\"\"", false);
            yield return ("a null character", "\"\\u0000\"", false);
            yield return ("half a character", "\"\\ud800\"", false);
            yield return ("no number", "\"nand\"", false);
        }

        if (schema["items"] is JsonObject item && ApiSchema.Bound(schema, "maxItems") is { } most)
        {
            yield return ("too many", $"[{string.Join(',', Enumerable.Repeat(operation.Sample(item).ToJsonString(), most + 1))}]", true);
            yield return ("none", "[]", false);
        }

        if (schema["additionalProperties"] is JsonObject value && ApiSchema.Bound(schema, "maxProperties") is { } pairs)
        {
            yield return (
                "too many",
                $"{{{string.Join(',', Enumerable.Range(0, pairs + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"k{i}\":{operation.Sample(value).ToJsonString()}")))}}}",
                true);
            yield return ("a name too long", $"{{\"{new string('k', 20_000)}\":{operation.Sample(value).ToJsonString()}}}", true);
        }
    }

    /// <summary>The sample with another value in one place.</summary>
    private static string With(ApiOperation operation, string[] path, string json)
    {
        if (path.Length == 0)
        {
            return json;
        }

        var document = operation.Sample(operation.Body!);
        var node = document;
        foreach (string part in path[..^1])
        {
            node = part == "[0]" ? node[0]! : node[part]!;
        }

        if (path[^1] == "[0]")
        {
            node[0] = Mark;
        }
        else
        {
            node[path[^1]] = Mark;
        }

        return document.ToJsonString().Replace($"\"{Mark}\"", json, StringComparison.Ordinal);
    }
}
