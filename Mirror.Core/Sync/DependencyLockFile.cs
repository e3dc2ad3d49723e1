using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Hcl;

namespace Mirror.Core.Sync;

/// <summary>
/// Reads the providers and versions of <c>.terraform.lock.hcl</c>.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock.
/// </summary>
public static class DependencyLockFile
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <exception cref="HclSyntaxException">The text is not a dependency lock file.</exception>
    public static IReadOnlyList<SyncSelection> Parse(string text)
    {
        var body = HclReader.Read(text, MaxLength);
        if (body.Attributes is [var attribute, ..])
        {
            throw new HclSyntaxException(attribute.Position, $"unexpected attribute '{Shorten(attribute.Name)}'; {Expected}");
        }

        var locked = new List<SyncSelection>();
        var positions = new Dictionary<ProviderAddress, HclPosition>();
        // Terraform reserves module blocks and ignores them.
        foreach (var block in body.Blocks.Where(block => block.Type != "module"))
        {
            var provider = ReadAddress(block);
            if (!positions.TryAdd(provider, block.Position))
            {
                throw new HclSyntaxException(block.Position, $"{provider} is locked twice; it was locked before in {positions[provider]}");
            }

            locked.Add(new SyncSelection(provider, VersionConstraint.Parse(ReadVersion(block, provider).Value)));
        }

        return locked;
    }

    private const string Expected = "expected blocks such as: provider \"registry.terraform.io/hashicorp/aws\" {";

    private static ProviderAddress ReadAddress(HclBlock block)
    {
        if (block.Type != "provider")
        {
            throw new HclSyntaxException(block.Position, $"unexpected block '{Shorten(block.Type)}'; {Expected}");
        }

        if (block.Labels is not [var source])
        {
            throw new HclSyntaxException(
                block.Position,
                string.Create(CultureInfo.InvariantCulture, $"a provider block has one label, its source address, but this one has {block.Labels.Count}"));
        }

        return ProviderAddress.TryParse(source, out var address)
            ? address
            : throw new HclSyntaxException(block.Position, $"'{Shorten(source)}' is not a provider source address");
    }

    private static ProviderVersion ReadVersion(HclBlock block, ProviderAddress provider)
    {
        if (block.Body.Find("version") is not { } attribute)
        {
            throw new HclSyntaxException(block.Position, $"the block of {provider} sets no version");
        }

        if (!attribute.TryReadString(out string? text))
        {
            throw new HclSyntaxException(
                attribute.ExpressionPosition, $"the version of {provider} is a quoted string, but this is: {Shorten(attribute.Expression)}");
        }

        return ProviderVersion.TryParse(text, out var version)
            ? version
            : throw new HclSyntaxException(attribute.ExpressionPosition, $"'{Shorten(text)}' is not a version");
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
