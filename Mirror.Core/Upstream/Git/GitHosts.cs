using System.Net.Http.Headers;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream.Git;

/// <summary>The Git servers: their names for credentials, their software, and how they expect a token.</summary>
public sealed class GitHosts(UpstreamOptions options)
{
    private static readonly Dictionary<string, ForgeKind> WellKnown = new()
    {
        ["github.com"] = ForgeKind.GitHub,
        ["gitlab.com"] = ForgeKind.GitLab,
        ["bitbucket.org"] = ForgeKind.Bitbucket,
        ["codeberg.org"] = ForgeKind.Gitea,
        ["gitea.com"] = ForgeKind.Gitea,
        ["dev.azure.com"] = ForgeKind.AzureDevOps,
    };

    /// <summary>The name by which variables and the configuration give the token of a server; null if it can have none.</summary>
    public ProviderHostname? NameOf(Uri repository) =>
        Find(repository)?.Name ?? (ProviderHostname.TryParse(repository.Authority, out var name) ? name : null);

    /// <summary>Null if unknown.</summary>
    public ForgeKind? ForgeOf(Uri repository) =>
        Find(repository)?.Forge ?? (WellKnown.TryGetValue(repository.Authority, out var forge) ? forge : null);

    /// <summary>The token as a header; null without a token. A token with a colon contains the user name.</summary>
    internal AuthenticationHeaderValue? Authorize(Uri repository, OriginCredential credential)
    {
        if (credential.Token is not { } token)
        {
            return null;
        }

        string user = ForgeOf(repository) switch
        {
            ForgeKind.GitLab or ForgeKind.Gitea => "oauth2:",
            ForgeKind.Bitbucket => "x-token-auth:",
            ForgeKind.AzureDevOps => ":",
            _ => "x-access-token:",
        };
        string pair = token.Contains(':', StringComparison.Ordinal) ? token : user + token;
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    private UpstreamHostOptions? Find(Uri repository) =>
        options.Hosts.FirstOrDefault(host => host.GitUrl is { } url && OriginGuard.Origin(url) == OriginGuard.Origin(repository))
        ?? (ProviderHostname.TryParse(repository.Authority, out var name) && repository.Scheme == Uri.UriSchemeHttps
            ? options.Hosts.FirstOrDefault(host => host.Name == name && host.GitUrl is null)
            : null);
}
