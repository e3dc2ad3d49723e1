using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror list-platforms</c></summary>
internal sealed class ListPlatformsCommand : ClientCommand
{
    private readonly Argument<ProviderAddress> _provider = CommandOptions.Provider();
    private readonly Argument<ProviderVersion> _version = CommandOptions.Version();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();

    public ListPlatformsCommand()
        : base(
            "list-platforms",
            "List the platforms that are stored of a provider version.",
            "mirror list-platforms hashicorp/aws 5.100.0",
            "mirror list-platforms hashicorp/aws 5.100.0 --json")
    {
        Add(_provider);
        Add(_version);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = await client.ListPlatformsAsync(
            arguments.GetRequiredValue(_group), arguments.GetRequiredValue(_provider), arguments.GetRequiredValue(_version), cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Platforms.Count == 0)
        {
            output.Line("No platform is stored.");
        }
        else
        {
            output.Table(
                ["PLATFORM", "SIZE", "TRUST", "CACHED (UTC)", "BY", "DOWNLOADS"],
                list.Platforms.Select(platform => (string[])[
                    platform.Platform,
                    Quantity.FormatSize(platform.Size),
                    CommandText.Word<TrustLevel>(platform.Trust),
                    CommandText.Time(platform.CachedAt),
                    CommandText.By(platform.CachedBy),
                    platform.Downloads.ToString(CultureInfo.InvariantCulture)]));
        }

        return ExitCodes.Success;
    }
}
