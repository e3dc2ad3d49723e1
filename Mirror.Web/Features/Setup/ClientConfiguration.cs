using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Web.Features.Setup;

/// <summary>The configuration with which Terraform and OpenTofu install providers through this instance.</summary>
/// <param name="ServerUrl">The HTTPS URL of this instance for clients, ending in <c>/</c>; null if there is none.</param>
/// <param name="Group">The group whose mirror is used.</param>
public sealed record ClientConfiguration(Uri? ServerUrl, NamespacePath Group)
{
    /// <summary>The placeholder of a token.</summary>
    public const string TokenPlaceholder = "<your token>";

    /// <param name="group">The group whose mirror is used.</param>
    /// <param name="visited">The base URL of the page. If a public URL is configured, only its path is used.</param>
    /// <param name="https">The URL of the HTTPS listener; null if there is none.</param>
    public static ClientConfiguration For(MirrorOptions options, NamespacePath group, Uri visited, Uri? https)
    {
        if (options is { PublicUrl: null, Tls.ClientCertificates: ClientCertificatePolicy.Require })
        {
            // Clients present no certificate, so they need a proxy.
            return new ClientConfiguration(null, group);
        }

        var server = options.PublicUrl is { } url ? new Uri(url, visited.AbsolutePath) : visited;
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            // Clients require HTTPS: the HTTPS listener of the same host. A base URL with a path belongs to a proxy, which does not
            // forward that listener.
            server = options.PublicUrl is null && https is not null && visited.AbsolutePath == "/"
                ? new UriBuilder(visited) { Scheme = Uri.UriSchemeHttps, Port = https.Port }.Uri
                : null;
        }

        return new ClientConfiguration(server, group);
    }

    /// <summary>The base of the network mirror, ending in <c>/</c>.</summary>
    public Uri? MirrorUrl => ServerUrl is null
        ? null
        : new Uri(ServerUrl, Group == NamespacePath.Default ? "v1/mirror/" : $"v1/provider-mirror/providers/{Group}/");

    /// <summary>
    /// The CLI configuration for the network mirror. See
    /// https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation.
    /// </summary>
    public string NetworkMirror =>
        $$"""
        provider_installation {
          network_mirror {
            url = "{{MirrorUrl}}"
          }
        }

        """.ReplaceLineEndings("\n");

    /// <summary>The base URLs of an origin's registry protocols, passed through.</summary>
    public (Uri Providers, Uri Modules)? RegistryUrls(ProviderHostname host)
    {
        string below = Group == NamespacePath.Default ? $"v1/registries/{host}/" : $"v1/registries/{Group}/{host}/";
        return ServerUrl is null ? null : (new Uri(ServerUrl, below + "providers/"), new Uri(ServerUrl, below + "modules/"));
    }

    /// <summary>
    /// A host block that directs a registry's requests here. It replaces all services of the host, so it includes modules.
    /// </summary>
    public string HostBlock(ProviderHostname host) => RegistryUrls(host) is not var (providers, modules) ? "" :
        $$"""
        host "{{host}}" {
          services = {
            "providers.v1" = "{{providers}}"
            "modules.v1"   = "{{modules}}"
          }
        }

        """.ReplaceLineEndings("\n");

    /// <summary>
    /// The CLI configuration with which the providers of the own hostname come from the registry instead of the network mirror. Clients cannot
    /// ask a network mirror for a hostname with a port.
    /// </summary>
    public string NetworkMirrorWithRegistry(ProviderHostname own) =>
        $$"""
        provider_installation {
          network_mirror {
            url     = "{{MirrorUrl}}"
            exclude = ["{{own}}/*/*"]
          }
          direct {
            include = ["{{own}}/*/*"]
          }
        }

        """.ReplaceLineEndings("\n");

    /// <summary>
    /// The addresses in a registry namespace, as configurations contain them. Terraform takes <c>localhost</c> in the address of a module for the
    /// scheme of a URL.
    /// </summary>
    public static string Sources(ProviderHostname own, string @namespace) =>
        $$"""
        terraform {
          required_providers {
            example = { source = "{{own}}/{{@namespace}}/example" }
          }
        }

        {{(own.Value.Contains('.', StringComparison.Ordinal)
            ? $"module \"example\" {{\n  source = \"{own}/{@namespace}/example/aws\"\n}}\n"
            : "")}}
        """.ReplaceLineEndings("\n").TrimEnd() + "\n";

    /// <param name="host">The host, with its port unless it is the default one.</param>
    public static string Credentials(string host) => $"\ncredentials \"{host}\" {{\n  token = \"{TokenPlaceholder}\"\n}}\n";

    /// <summary>The environment variable for a host's token; null for a host with a port.</summary>
    public static string? TokenVariable(string host) =>
        ProviderHostname.TryParse(host, out var parsed) && !parsed.Value.Contains(':', StringComparison.Ordinal)
            ? ServerOriginCredentials.VariableNames(parsed).First()
            : null;

    /// <summary>A CLI configuration for the current shell, which leaves the user's own file unchanged.</summary>
    /// <param name="authority">
    /// A copy of the certificate authority on the client; null if the client already trusts the certificate.
    /// </param>
    public static string ForShell(string configuration, string? authority)
    {
        string text = $"cat > mirror.tfrc <<'EOF'\n{configuration}EOF\nexport TF_CLI_CONFIG_FILE=\"$PWD/mirror.tfrc\"\n";
        return authority is null ? text : $"{text}export SSL_CERT_FILE={ShellQuote(authority)}\n";
    }

    /// <summary>A text as one word of a POSIX shell.</summary>
    public static string ShellQuote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
            ? text
            : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
