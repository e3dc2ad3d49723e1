using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The commands about mirrored providers: list, show, delete and refresh.</summary>
internal static class MirrorCommands
{
    private const int PageSize = 500;

    public static ServerCommand ListVersions()
    {
        var group = CommandOptions.Group();
        var search = CommandOptions.Search("Words that the hostname, namespace, type or version must contain.");
        var sort = new Option<VersionSort>("--sort")
        {
            Description = "provider, version, cachedAt, lastUsedAt or size. [default: provider]",
            HelpName = "by",
        }.AcceptOnly(Choices.Of<VersionSort>());
        var descending = new Option<bool>("--descending") { Description = "Sort in descending order." };
        var skip = CommandOptions.Number("--skip", "The number of versions to skip. [default: 0]", least: 0);
        var take = CommandOptions.Number("--take", "The maximum number of versions. [default: all]", least: 1);
        return new ServerCommand(
            "list-versions",
            "List the provider versions that a group mirrors.",
            "mirror list-versions",
            "mirror list-versions --search aws --sort cachedAt --descending --take 10",
            "mirror list-versions platform/network --json") { group, search, sort, descending, skip, take }.Runs(async (client, call) =>
        {
            var query = new VersionQuery(call.Get(search), call.Get(sort), call.Get(descending), call.Get(skip) ?? 0);
            var list = await ListAsync(client, call.Get(group), query, call.Get(take) ?? int.MaxValue, call.Stop);
            return call.PrintTable(
                list,
                list.Items,
                list.Total == 0 ? "No versions are stored." : null,
                [
                    new("PROVIDER", item => item.Provider.Display, Folds: true),
                    new("VERSION", item => item.Version.Value),
                    new("PLATFORMS", item => string.Join(',', item.Platforms), Folds: true),
                    new("SIZE", item => CommandText.Size(item.Size)),
                    new("TRUST", item => CommandText.Word(item.Trust), Tone: item => Tones.Of(item.Trust)),
                    new("SIGNED BY", item => item.SignedBy ?? "-", Spare: true, Folds: true),
                    new("CACHED (UTC)", item => CommandText.Time(item.CachedAt), Spare: true),
                    new("BY", item => item.CachedBy.Name, Spare: true, Folds: true),
                    // Only if a version is hidden, because the table is wide.
                    .. list.Items.Any(item => item.BlockedBy is not null)
                        ? new TableColumn<VersionSummary>[]
                        {
                            new(
                                "HIDDEN BY POLICY",
                                item => Hidden(item.BlockedBy) ?? "-",
                                Tone: item => item.BlockedBy is null ? Tone.Plain : Tone.Caution,
                                Folds: true),
                        }
                        : [],
                ]);
        });
    }

    public static ServerCommand GetVersion()
    {
        var (provider, version, group) = (CommandOptions.Provider(), CommandOptions.Version(), CommandOptions.GroupPath());
        return new ServerCommand(
            "get-version",
            "Show a stored provider version. Prints its trust, signature, platforms and hashes.",
            "mirror get-version hashicorp/aws 5.100.0",
            "mirror get-version --group-path platform registry.opentofu.org/hashicorp/null 3.2.4 --json") { provider, version, group }
            .Runs(async (client, call) =>
            {
                var found = await client.GetVersionAsync(call.Get(group), call.Get(provider), call.Get(version), call.Stop);
                return call.Print(found, string.Join(Environment.NewLine, Lines(found, call.Output)));
            });
    }

    /// <param name="name">It has another one for scripts that were written for another tool.</param>
    public static ServerCommand ListPlatforms(string name = "list-platforms")
    {
        var (provider, version, group) = (CommandOptions.Provider(), CommandOptions.Version(), CommandOptions.GroupPath());
        var filter = new PlatformFilter();
        return new ServerCommand(
            name,
            "List the stored platforms of a provider version.",
            "mirror list-platforms hashicorp/aws 5.100.0",
            "mirror list-platforms hashicorp/aws 5.100.0 --os linux --sort cachedAt --descending --json")
        {
            provider, version, group, filter.Os, filter.Architecture, filter.Sort, filter.Descending, filter.Skip, filter.Take,
        }.Runs(async (client, call) =>
        {
            var all = await client.ListPlatformsAsync(call.Get(group), call.Get(provider), call.Get(version), call.Stop);
            var list = filter.Apply(all, call);
            return call.PrintTable(
                list,
                list.Platforms,
                all.Platforms.Count == 0 ? "No platform is stored." : "No stored platform matches the options.",
                new("PLATFORM", platform => platform.Platform.Value),
                new("SIZE", platform => CommandText.Size(platform.Size)),
                new("TRUST", platform => CommandText.Word<TrustLevel>(platform.Trust), Tone: platform => Tones.Of(platform.Trust)),
                new("CACHED (UTC)", platform => CommandText.Time(platform.CachedAt)),
                new("BY", platform => platform.CachedBy.Name, Folds: true),
                new("DOWNLOADS", platform => platform.Downloads.ToString(CultureInfo.InvariantCulture)));
        });
    }

    public static ServerCommand GetPlatform()
    {
        var (provider, version, platform) = (CommandOptions.Provider(), CommandOptions.Version(), CommandOptions.PlatformArgument());
        var group = CommandOptions.GroupPath();
        return new ServerCommand(
            "get-platform",
            "Show the stored package of one platform. Prints its size, trust and hashes.",
            "mirror terraform-provider-mirror get-platform hashicorp/aws 5.100.0 linux_amd64") { provider, version, platform, group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListPlatformsAsync(call.Get(group), call.Get(provider), call.Get(version), call.Stop);
                if (list.Platforms.FirstOrDefault(stored => stored.Platform == call.Get(platform)) is not { } found)
                {
                    call.Output.Error($"{call.Get(provider).Display} {call.Get(version)} is not stored for {call.Get(platform)}.");
                    return ExitCodes.Failure;
                }

                return call.Print(found, string.Join(Environment.NewLine, Lines(found, call.Output)));
            });
    }

    public static ServerCommand DeleteVersion()
    {
        var (group, provider, version) = (CommandOptions.Group(), CommandOptions.Provider(), CommandOptions.Version());
        return new ServerCommand(
            "delete-version",
            "Delete a provider version with all its packages.",
            "mirror delete-version hashicorp/aws 5.100.0",
            "mirror delete-version platform hashicorp/aws 5.100.0 --yes") { group, provider, version }
            .Confirms(call => $"Delete {call.Get(provider).Display} {call.Get(version)} with all its packages from {call.Get(group)}?")
            .Runs(async (client, call) =>
            {
                await client.DeleteVersionAsync(call.Get(group), call.Get(provider), call.Get(version), call.Stop);
                return PrintDeleted(call, call.Get(group), call.Get(provider), call.Get(version), null);
            });
    }

    public static ServerCommand DeletePlatform()
    {
        var (group, provider, version) = (CommandOptions.Group(), CommandOptions.Provider(), CommandOptions.Version());
        var platform = CommandOptions.PlatformArgument();
        return new ServerCommand(
            "delete-platform",
            "Delete the package of one platform. The version remains, even if it has no platforms left.",
            "mirror delete-platform hashicorp/aws 5.100.0 windows_386",
            "mirror delete-platform platform hashicorp/aws 5.100.0 windows_386 --yes") { group, provider, version, platform }
            .Confirms(call => $"Delete {call.Get(platform)} of {call.Get(provider).Display} {call.Get(version)} from {call.Get(group)}?")
            .Runs(async (client, call) =>
            {
                await client.DeletePlatformAsync(call.Get(group), call.Get(provider), call.Get(version), call.Get(platform), call.Stop);
                return PrintDeleted(call, call.Get(group), call.Get(provider), call.Get(version), call.Get(platform));
            });
    }

    public static ServerCommand Refresh()
    {
        var (provider, group) = (CommandOptions.OptionalProvider(), CommandOptions.GroupPath());
        return new ServerCommand(
            "refresh",
            "Invalidate the cached documents of one provider or of all providers, in a group and everything below it. The next request "
            + "queries the origin. Packages and their proofs are kept.",
            "mirror refresh hashicorp/aws",
            "mirror refresh") { provider, group }.Runs(async (client, call) =>
        {
            var address = call.Get(provider);
            await client.RefreshAsync(call.Get(group), address, call.Stop);
            return call.Print(
                new JsonObject { ["provider"] = address?.ToString() },
                $"The next request for {address?.Display ?? "any provider"} queries the origin.");
        });
    }

    /// <summary>Reads all pages of a list.</summary>
    /// <param name="wanted">The maximum number of versions.</param>
    public static async Task<Page<VersionSummary>> ListAsync(
        MirrorClient client, NamespacePath group, VersionQuery query, int wanted, CancellationToken cancellationToken)
    {
        var items = new List<VersionSummary>();
        while (true)
        {
            var next = query with { Skip = query.Skip + items.Count, Take = Math.Min(PageSize, wanted - items.Count) };
            var page = await client.ListVersionsAsync(group, next, cancellationToken);
            items.AddRange(page.Items);
            if (page.Items.Count == 0 || items.Count >= wanted || query.Skip + items.Count >= page.Total)
            {
                return new Page<VersionSummary>(items, page.Total);
            }
        }
    }

    private static int PrintDeleted(
        CommandCall call, NamespacePath group, ProviderAddress provider, ProviderVersion version, Platform? platform)
    {
        var document = new JsonObject
        {
            ["groupPath"] = group.Value,
            ["provider"] = provider.ToString(),
            ["version"] = version.Value,
            ["platform"] = platform?.Value,
        };
        string what = $"{provider.Display} {version}";
        return call.Print(document, $"Deleted {(platform is { } one ? $"{one} of {what}" : what)} from {group}.");
    }

    private static IEnumerable<string> Lines(VersionDetails version, CommandOutput output)
    {
        yield return $"provider   {version.Provider.Display}";
        yield return $"version    {version.Version}";
        yield return $"trust      {output.Paint(CommandText.Word(version.Trust), Tones.Of(version.Trust))}";
        yield return $"signed by  {Signature(version.Proof)}";
        yield return $"cached     {CommandText.Time(version.CachedAt)} UTC by {version.CachedBy.Name}";
        if (version.BlockedBy is { } block)
        {
            yield return block.RevokedKey is null
                ? $"hidden     {output.Paint($"by policy: {block.Reason}", Tone.Caution)}"
                : $"withheld   {output.Paint(block.Reason, Tone.Caution)}";
        }

        yield return "";
        if (version.Platforms.Count == 0)
        {
            yield return "No platform is stored.";
        }

        foreach (string line in version.Platforms.SelectMany(platform => Lines(platform, output)))
        {
            yield return line;
        }
    }

    /// <summary>The reason why policy hides a version, as short as a cell; get-version prints all of it.</summary>
    private static string? Hidden(PolicyBlock? block) => block switch
    {
        null => null,
        { Rule: { } rule } => rule,
        { Until: { } until } => $"until {CommandText.Time(until)}",
        _ => block.Reason,
    };

    private static IEnumerable<string> Lines(PackageDetails platform, CommandOutput output)
    {
        string size = Quantity.FormatSize(platform.Size);
        string trust = output.Paint(CommandText.Word<TrustLevel>(platform.Trust), Tones.Of(platform.Trust));
        return
        [
            FormattableString.Invariant($"{platform.Platform}  {size}  {trust}  {CommandText.Count(platform.Downloads, "download")}"),
            .. platform.Hashes.Select(hash => $"  {hash}"),
        ];
    }

    /// <summary>A version that another mirror vouches for, or that is unsigned by exception, has a proof without a key.</summary>
    private static string Signature(ProofSummary? proof) => proof?.KeyFingerprint is null
        ? "-  (no publisher signature)"
        : $"{proof.KeyOwner ?? "unnamed key"}  {proof.KeyFingerprint}"
            + $"{(proof.KeyPinned ? "  pinned" : "")}{(proof.KeyExpired ? "  expired" : "")}";
}
