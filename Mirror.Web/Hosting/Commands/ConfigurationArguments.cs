using Mirror.Web.Cli;

namespace Mirror.Web.Hosting.Commands;

/// <summary>Configuration on the command line: <c>--Mirror:Upstream:Mode=Offline</c> or <c>--Mirror:Upstream:Mode Offline</c>.</summary>
internal static class ConfigurationArguments
{
    public static bool IsKey(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.Split('=')[0].Contains(':', StringComparison.Ordinal);

    /// <param name="options">The options that a misspelt one may have been meant to be.</param>
    /// <returns>Null if a token is neither a key nor a key's value; <paramref name="error"/> names it.</returns>
    public static Dictionary<string, string?>? Parse(IReadOnlyList<string> tokens, IEnumerable<string> options, out string? error)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (!IsKey(token))
            {
                string suggestion = Suggestion.For(token, options);
                error = $"Unknown argument '{token}'; expected a configuration value such as --Mirror:Upstream:Mode=Offline"
                    + (suggestion.Length > 0 ? suggestion : ".");
                return null;
            }

            int equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                values[token[2..equals]] = token[(equals + 1)..];
            }
            else if (i + 1 < tokens.Count && !IsKey(tokens[i + 1]))
            {
                values[token[2..]] = tokens[++i];
            }
            else
            {
                error = $"'{token}' has no value; expected {token}=<value>.";
                return null;
            }
        }

        error = null;
        return values;
    }
}
