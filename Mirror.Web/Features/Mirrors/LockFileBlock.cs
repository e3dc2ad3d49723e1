using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What a version page offers to paste into a configuration.</summary>
public static class LockFileBlock
{
    /// <summary>
    /// The provider's block of <c>.terraform.lock.hcl</c>, hashes in the order that Terraform writes them. Its constraints
    /// are the configuration's and are added by the next <c>init</c>.
    /// See https://developer.hashicorp.com/terraform/language/files/dependency-lock.
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

    /// <summary>The entry of <c>required_providers</c> that asks for exactly this version.</summary>
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
