using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>The configuration for the network mirror of the group <c>default</c>, as shell commands.</summary>
public static class NetworkMirror
{
    public static string For(MirrorProcess mirror) =>
        $$"""
        cat > network.tfrc <<'EOF'
        provider_installation {
          network_mirror {
            url = "{{mirror.HttpsUrl}}v1/mirror/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/network.tfrc"
        export SSL_CERT_FILE='{{mirror.AuthorityPath}}'
        """;
}
