using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The configuration that a version page offers to copy.</summary>
public static class LockFileBlock
{
    /// <summary>
    /// The provider's block of <c>.terraform.lock.hcl</c>, with hashes in Terraform's order. The next <c>init</c> adds the constraints of
    /// the configuration. See https://developer.hashicorp.com/terraform/language/files/dependency-lock.
    /// </summary>
    public static string Format(ProviderAddress provider, ProviderVersion version, IEnumerable<PackageHash> hashes)
    {
        var text = new StringBuilder();
        text.Append("provider \"").Append(provider).Append("\" {\n");
        text.Append("  version = \"").Append(version).Append("\"\n");
        text.Append("  hashes = [\n");
        foreach (string hash in hashes.Select(hash => hash.Value).Distinct().Order(StringComparer.Ordinal))
        {
            text.Append("    \"").Append(hash).Append("\",\n");
        }

        return text.Append("  ]\n}\n").ToString();
    }

    /// <summary>The entry of <c>required_providers</c> for exactly this version.</summary>
    public static string Requirement(ProviderAddress provider, ProviderVersion version) =>
        $$"""
        terraform {
          required_providers {
            {{provider.Type}} = {
              source  = "{{provider.Display}}"
              version = "{{version}}"
            }
          }
        }

        """.ReplaceLineEndings("\n");
}
