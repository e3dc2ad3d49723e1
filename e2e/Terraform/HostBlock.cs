using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>The configuration that routes a client's requests for <c>registry.example.com</c> to a mirror, as shell commands.</summary>
internal static class HostBlock
{
    public static string For(MirrorProcess mirror) => For(mirror.HttpsUrl, mirror.AuthorityPath);

    /// <param name="mirror">Where clients reach it, with a slash at the end.</param>
    /// <param name="authorityPath">A PEM file with the authority of its certificate.</param>
    public static string For(Uri mirror, string authorityPath) =>
        $$"""
        cat > host.tfrc <<'EOF'
        host "registry.example.com" {
          services = {
            "providers.v1" = "{{mirror}}v1/registries/registry.example.com/providers/"
            "modules.v1"   = "{{mirror}}v1/registries/registry.example.com/modules/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/host.tfrc"
        export SSL_CERT_FILE='{{authorityPath}}'
        """;
}
