using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>The configuration that routes a client's requests for <c>registry.example.com</c> to a mirror, as shell commands.</summary>
internal static class HostBlock
{
    public static string For(MirrorProcess mirror) =>
        $$"""
        cat > host.tfrc <<'EOF'
        host "registry.example.com" {
          services = {
            "providers.v1" = "{{mirror.HttpsUrl}}v1/registries/registry.example.com/providers/"
            "modules.v1"   = "{{mirror.HttpsUrl}}v1/registries/registry.example.com/modules/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/host.tfrc"
        export SSL_CERT_FILE='{{mirror.AuthorityPath}}'
        """;
}
