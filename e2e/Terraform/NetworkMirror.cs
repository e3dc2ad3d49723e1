using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>The configuration for the network mirror of the group <c>default</c>, as shell commands.</summary>
public static class NetworkMirror
{
    public static string For(MirrorProcess mirror) => For(mirror.HttpsUrl, mirror.AuthorityPath);

    /// <param name="mirror">Where clients reach it, with a slash at the end.</param>
    /// <param name="authorityPath">A PEM file with the authority of its certificate.</param>
    public static string For(Uri mirror, string authorityPath) =>
        $$"""
        cat > network.tfrc <<'EOF'
        provider_installation {
          network_mirror {
            url = "{{mirror}}v1/mirror/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/network.tfrc"
        export SSL_CERT_FILE='{{authorityPath}}'
        """;
}
