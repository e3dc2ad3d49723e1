using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mirror.Web.Http.Bounds;

/// <summary>Explains which part of a JSON body cannot be parsed. Values are not repeated: they may be secrets.</summary>
internal static partial class UnreadableBody
{
    public static string Explain(BadHttpRequestException bad, RequestDocuments documents)
    {
        if (bad.InnerException is not JsonException json)
        {
            return MissingBody().IsMatch(bad.Message)
                ? "The body is missing; expected a JSON document; see /openapi/v1.json."
                : bad.Message;
        }

        // The serializer reveals members and types only in its message.
        if (Unmapped().Match(json.Message) is { Success: true } unmapped)
        {
            return $"'{unmapped.Groups[1].Value}' is not a member of this document; expected "
                + $"{string.Join(", ", documents.MembersOf(unmapped.Groups[2].Value))}.";
        }

        if (Missing().Match(json.Message) is { Success: true } missing)
        {
            return $"{missing.Groups[1].Value.Replace("'", "", StringComparison.Ordinal)} is missing; expected a value.";
        }

        if (Duplicate().Match(json.Message) is { Success: true } duplicate)
        {
            return $"'{duplicate.Groups[1].Value}' occurs twice; expected one value.";
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"The body cannot be parsed at {json.Path ?? "$"} (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}); "
            + $"expected JSON as described in /openapi/v1.json.");
    }

    // The framework's message names its own parameters; "null" counts as no body.
    [GeneratedRegex(
        "^Implicit body inferred for parameter|^Required parameter .* was not provided from body", RegexOptions.NonBacktracking)]
    private static partial Regex MissingBody();

    // Messages contain names that clients chose.
    [GeneratedRegex(
        "^The JSON property '(.*)' could not be mapped to any .NET member contained in type '([^']+)'",
        RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Unmapped();

    [GeneratedRegex(
        "^JSON deserialization for type '.*' was missing required properties including: (.+)\\.$", RegexOptions.NonBacktracking)]
    private static partial Regex Missing();

    [GeneratedRegex("^Duplicate property '(.*)' encountered", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Duplicate();
}
