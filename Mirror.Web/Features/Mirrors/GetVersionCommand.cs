using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror get-version</c></summary>
internal sealed class GetVersionCommand : ClientCommand
{
    private readonly Argument<ProviderAddress> _provider = CommandOptions.Provider();
    private readonly Argument<ProviderVersion> _version = CommandOptions.Version();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();

    public GetVersionCommand()
        : base(
            "get-version",
            "Show a stored provider version: trust, signature, platforms and hashes.",
            "mirror get-version hashicorp/aws 5.100.0",
            "mirror get-version --group-path platform registry.opentofu.org/hashicorp/null 3.2.4 --json")
    {
        Add(_provider);
        Add(_version);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var version = await client.GetVersionAsync(
            arguments.GetRequiredValue(_group), arguments.GetRequiredValue(_provider), arguments.GetRequiredValue(_version), cancellationToken);
        if (output.IsJson)
        {
            output.Json(version);
            return ExitCodes.Success;
        }

        output.Line($"provider   {CommandText.Address(version.Provider)}");
        output.Line($"version    {version.Version}");
        output.Line($"trust      {CommandText.Word(version.Trust)}");
        output.Line($"signed by  {Signature(version.Proof)}");
        output.Line($"cached     {CommandText.Time(version.CachedAt)} UTC by {CommandText.By(version.CachedBy)}");
        output.Line("");
        if (version.Platforms.Count == 0)
        {
            output.Line("No platform is stored.");
        }

        foreach (var platform in version.Platforms)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{platform.Platform}  {Quantity.FormatSize(platform.Size)}  {CommandText.Word<Mirror.Core.Database.TrustLevel>(platform.Trust)}  {platform.Downloads} downloads"));
            foreach (string hash in platform.Hashes)
            {
                output.Line($"  {hash}");
            }
        }

        return ExitCodes.Success;
    }

    /// <summary>What another mirror vouches for, and what is unsigned by exception, has a proof without a key.</summary>
    private static string Signature(ProofDocument? proof) => proof?.KeyFingerprint is null
        ? "-  (no publisher's signature was seen)"
        : $"{proof.KeyOwner ?? "unnamed key"}  {proof.KeyFingerprint}{(proof.KeyPinned ? "  pinned" : "")}{(proof.KeyExpired ? "  expired" : "")}";
}
