using System.Text.RegularExpressions;
using Mirror.Core.Addresses;

namespace Mirror.Core.Sync;

/// <summary>
/// What a project has locked, as clients write it into <c>.terraform.lock.hcl</c>.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock.
/// </summary>
public static partial class DependencyLockFile
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
            string line = Comment().Replace(raw, "").Trim();
            if (Block().Match(line) is { Success: true } block)
            {
                provider = ProviderAddress.TryParse(block.Groups[1].Value, out var address)
                    ? address
                    : throw Fault($"'{block.Groups[1].Value}' is not a provider source address");
                hasVersion = false;
            }
            else if (provider is not null && Version().Match(line) is { Success: true } assigned)
            {
                locked.Add(ProviderVersion.TryParse(assigned.Groups[1].Value, out var version)
                    ? new SyncSelection(provider, VersionConstraint.Parse(version.Value))
                    : throw Fault($"'{assigned.Groups[1].Value}' is not a version"));
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

    [GeneratedRegex(@"^\s*(#|//).*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^provider\s+"([^"]*)"\s*\{$""")]
    private static partial Regex Block();

    [GeneratedRegex("""^version\s*=\s*"([^"]*)"$""")]
    private static partial Regex Version();
}
