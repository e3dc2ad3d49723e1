using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Web.Components.ClientSetup;

/// <summary>What to paste so that Terraform and OpenTofu install providers through this instance.</summary>
/// <param name="MirrorUrl">The base of the network mirror, https and ending in <c>/</c>; null where clients cannot reach this instance over https.</param>
public sealed record ClientConfiguration(Uri? MirrorUrl)
{
    /// <param name="group">Whose mirror it is.</param>
    /// <param name="visited">The URL under which the page was opened; counts where no public URL is configured.</param>
    /// <param name="https">Where this instance listens with TLS; null: nowhere.</param>
    public static ClientConfiguration For(MirrorOptions options, NamespacePath group, Uri visited, Uri? https)
    {
        var server = options.PublicUrl ?? visited;
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            // Clients ask network mirrors over https only: the same machine by the name it was visited, at the other listener.
            server = options.PublicUrl is null && https is not null
                ? new UriBuilder(visited) { Scheme = Uri.UriSchemeHttps, Port = https.Port }.Uri
                : null;
        }

        string path = group == NamespacePath.Default ? "/v1/mirror/" : $"/v1/provider-mirror/providers/{group}/";
        string? root = server?.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new ClientConfiguration(root is null ? null : new Uri(root + path)) { ServerUrl = root is null ? null : new Uri(root + "/") };
    }

    /// <summary>Where clients reach this instance, ending in <c>/</c>; null where they cannot over https.</summary>
    public Uri? ServerUrl { get; private init; }

    /// <summary>The CLI configuration file. See https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation.</summary>
    public string NetworkMirror =>
        $$"""
        provider_installation {
          network_mirror {
            url = "{{MirrorUrl}}"
          }
        }

        """.ReplaceLineEndings("\n");

    /// <summary>All of it for a shell, without touching the user's own configuration file.</summary>
    /// <param name="authority">A copy of the certificate authority on the client; null where the client trusts the certificate anyway.</param>
    public string ForShell(string? authority)
    {
        string text = $"cat > mirror.tfrc <<'EOF'\n{NetworkMirror}EOF\nexport TF_CLI_CONFIG_FILE=\"$PWD/mirror.tfrc\"\n";
        return authority is null ? text : $"{text}export SSL_CERT_FILE={ShellQuote(authority)}\n";
    }

    private static string ShellQuote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? text : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
