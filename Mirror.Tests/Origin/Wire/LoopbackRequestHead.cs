namespace Mirror.Tests.Origin.Wire;

/// <summary>The request line and the original headers, with case-insensitive names.</summary>
public sealed record LoopbackRequestHead(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    internal static LoopbackRequestHead Parse(string text)
    {
        string[] lines = text.Split("\r\n");
        string[] words = lines[0].Split(' ');
        if (words.Length != 3 || words[2] != "HTTP/1.1")
        {
            throw new FormatException($"'{lines[0]}' is not a request line; expected 'METHOD target HTTP/1.1'.");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new FormatException($"'{line}' is not a header; expected 'name: value'.");
            }

            string name = line[..colon], value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out string? earlier) ? $"{earlier}, {value}" : value;
        }

        return new LoopbackRequestHead(words[0], words[1], headers);
    }
}
