using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Mirror.Web.Http.Bounds;

/// <summary>Checks a request document against the declared bounds of its members.</summary>
internal static class DocumentBounds
{
    /// <summary>Returns the first member that is out of bounds and why, as a sentence; null if there is none.</summary>
    public static string? FindFault(object document, JsonSerializerOptions json) => OfObject(document, "", json);

    private static string? OfObject(object document, string path, JsonSerializerOptions json)
    {
        foreach (var member in json.GetTypeInfo(document.GetType()).Properties)
        {
            if (member.Get?.Invoke(document) is { } value
                && OfMember(value, path + member.Name, DeclaredBounds.Of(member), json) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? OfMember(object value, string path, DeclaredBounds bounds, JsonSerializerOptions json)
    {
        switch (value)
        {
            case byte[] bytes:
                return bytes.Length > bounds.TextLength
                    ? string.Create(CultureInfo.InvariantCulture, $"{path}: {bytes.Length} bytes; expected at most {bounds.TextLength}.")
                    : null;
            case string or ValueType:
                return bounds.FindFault(value) is { } wrong ? $"{path}: {wrong}" : null;
            case not IEnumerable:
                return OfObject(value, path + ".", json);
        }

        int count = 0;
        foreach (object? item in (IEnumerable)value)
        {
            if (++count > bounds.ItemCount)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{path}: too many entries; expected at most {bounds.ItemCount}.");
            }

            if (OfItem(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{count - 1}]"), bounds.ItemLength, json) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? OfItem(object? item, string path, int length, JsonSerializerOptions json)
    {
        string? fault = item switch
        {
            null => "null is not valid; expected a value.",
            string text => DeclaredBounds.FindFault(text, length),
            KeyValuePair<string, string?> pair =>
                DeclaredBounds.FindFault(pair.Key, length) ?? DeclaredBounds.FindFault(pair.Value, length),
            _ => null,
        };
        return fault is not null
            ? $"{path}: {fault}"
            : item is string or KeyValuePair<string, string?> ? null
            : OfObject(item!, path + ".", json);
    }
}
