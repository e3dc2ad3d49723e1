using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Syncs;

/// <summary>
/// The tokens that a sync sends with it, for the origin hosts of its providers: <c>TF_TOKEN_&lt;host&gt;</c> of the environment, else
/// that of the profile for the host. The public registries need none, and packages fetched with one are never anonymous.
/// </summary>
internal static class OriginTokens
{
    /// <exception cref="InvalidDataException">More than one profile is for a host, or the profiles' file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Find(
        CommandEnvironment environment, IEnumerable<ProviderHostname> hosts, ServerTarget server, CommandOutput output)
    {
        var wanted = hosts.Where(host => host != ProviderHostname.Default && host != ProviderHostname.OpenTofu)
            .Distinct()
            .OrderBy(host => host.Value, StringComparer.Ordinal);
        var variables = FromVariables(environment.Variables);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var host in wanted)
        {
            if (variables.TryGetValue(host, out string? token))
            {
                tokens[host.Value] = token;
            }
            else if (FromProfiles(environment, host, server) is var (name, profile))
            {
                tokens[host.Value] = profile.Token;
                output.Error($"For {host}, this sync sends the token of the profile '{name}'.");
            }
        }

        return tokens;
    }

    private static Dictionary<ProviderHostname, string> FromVariables(IReadOnlyDictionary<string, string> variables)
    {
        var tokens = new Dictionary<ProviderHostname, string>();
        // A host with a hyphen has two names: that with __ for it is preferred to that with the hyphen itself, which sorts before it.
        foreach (var (key, value) in variables.OrderByDescending(variable => variable.Key, StringComparer.Ordinal))
        {
            if (value.Length > 0 && VariableName.TryParse(key, out var name))
            {
                tokens.TryAdd(name.Host, value);
            }
        }

        return tokens;
    }

    private static (string Name, Profile Profile)? FromProfiles(
        CommandEnvironment environment, ProviderHostname host, ServerTarget server)
    {
        // A registry host is at the root of its https address.
        if (!Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var url) || url == server.Url)
        {
            return null;
        }

        var file = new ProfileStore(environment.UserDirectory).Read();
        return file.NamesFor(url) switch
        {
            [] => null,
            [var name] => (name, file.Profiles[name]),
            var names => throw new InvalidDataException(
                $"The profiles {string.Join(", ", names)} are for {host}; give the token for it in {VariableName.For(host)}."),
        };
    }
}
