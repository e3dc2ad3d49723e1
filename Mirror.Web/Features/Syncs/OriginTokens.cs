using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Syncs;

/// <param name="Profile">The profile that it is from; null: it is from the environment.</param>
internal sealed record OriginToken(ProviderHostname Host, string Token, string? Profile)
{
    // The token stays out of logs and messages.
    public override string ToString() => Host.Value;
}

/// <summary>
/// The tokens that a sync sends with it, for the origin hosts of its providers: <c>TF_TOKEN_&lt;host&gt;</c> of the environment, else
/// that of the profile for the host. The public registries need none, and packages fetched with one are never anonymous.
/// </summary>
internal static class OriginTokens
{
    /// <exception cref="InvalidDataException">More than one profile is for a host, or the profiles' file is damaged.</exception>
    public static IReadOnlyList<OriginToken> Find(
        CommandEnvironment environment, IEnumerable<ProviderHostname> hosts, ServerTarget server)
    {
        var wanted = hosts.Where(host => host != ProviderHostname.Default && host != ProviderHostname.OpenTofu)
            .Distinct()
            .OrderBy(host => host.Value, StringComparer.Ordinal);
        var variables = FromVariables(environment.Variables);
        return [.. wanted.Select(host => variables.TryGetValue(host, out string? token)
            ? new OriginToken(host, token, null)
            : FromProfiles(environment, host, server)).OfType<OriginToken>()];
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

    private static OriginToken? FromProfiles(CommandEnvironment environment, ProviderHostname host, ServerTarget server)
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
            [var name] => new OriginToken(host, file.Profiles[name].Token, name),
            var names => throw new InvalidDataException(
                $"The profiles {string.Join(", ", names)} are for {host}; give the token for it in {VariableName.For(host)}."),
        };
    }
}
