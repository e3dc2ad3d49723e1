using Mirror.Core.Addresses;

namespace Mirror.Core.Sync;

/// <summary>
/// What a project has locked, as clients write it into <c>.terraform.lock.hcl</c>.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock.
/// </summary>
public static class DependencyLockFile
{
    /// <exception cref="FormatException">It is no such file; the message names the line.</exception>
    public static IReadOnlyList<SyncSelection> Parse(string text)
    {
        var locked = new List<SyncSelection>();
        ProviderAddress? provider = null;
        bool hasVersion = false;
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.StartsWith('#') || line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            if (line.EndsWith('{') && Quoted(line[..^1].TrimEnd(), "provider", "") is { } source)
            {
                provider = ProviderAddress.TryParse(source, out var address)
                    ? address
                    : throw Fault($"'{source}' is not a provider source address");
                hasVersion = false;
            }
            else if (provider is not null && Quoted(line, "version", "=") is { } assigned)
            {
                locked.Add(ProviderVersion.TryParse(assigned, out var version)
                    ? new SyncSelection(provider, VersionConstraint.Parse(version.Value))
                    : throw Fault($"'{assigned}' is not a version"));
                hasVersion = true;
            }
            else if (provider is not null && line == "}")
            {
                provider = hasVersion ? null : throw Fault($"the block of {provider} ends without a version");
            }
            else if (provider is null && line.Length > 0)
            {
                throw Fault($"'{line}' is not understood; expected blocks such as: provider \"registry.terraform.io/hashicorp/aws\" {{");
            }
        }

        return provider is null ? locked : throw Fault($"the block of {provider} does not end");

        FormatException Fault(string what) => new($"line {number}: {what}");
    }

    /// <summary>What stands in quotes after a word and a sign, with blanks in between; null where the line is something else.</summary>
    private static string? Quoted(string line, string word, string sign)
    {
        string rest = line.StartsWith(word, StringComparison.Ordinal) ? line[word.Length..].TrimStart() : "";
        rest = rest.StartsWith(sign, StringComparison.Ordinal) ? rest[sign.Length..].TrimStart() : "";
        return rest is ['"', .. var quoted, '"'] && !quoted.Contains('"', StringComparison.Ordinal) ? quoted : null;
    }
}
