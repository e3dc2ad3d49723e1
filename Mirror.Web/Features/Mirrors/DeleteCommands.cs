using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror delete-version</c></summary>
internal sealed class DeleteVersionCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<ProviderAddress> _provider = CommandOptions.Provider();
    private readonly Argument<ProviderVersion> _version = CommandOptions.Version();
    private readonly Option<bool> _yes = CommandOptions.Yes();

    public DeleteVersionCommand()
        : base("delete-version", "Delete a provider version with all its packages.", "mirror delete-version default hashicorp/aws 5.100.0 --yes")
    {
        Add(_group);
        Add(_provider);
        Add(_version);
        Add(_yes);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var provider = arguments.GetRequiredValue(_provider);
        var version = arguments.GetRequiredValue(_version);
        if (output.Confirm($"Delete {provider.Display} {version} with all its packages from {group}?", arguments.GetValue(_yes)) is { } refused)
        {
            return refused;
        }

        await client.DeleteVersionAsync(group, provider, version, cancellationToken);
        output.Result(new DeletedDocument(group.Value, provider.ToString(), version.Value, null), $"Deleted {provider.Display} {version} from {group}.");
        return ExitCodes.Success;
    }
}

/// <summary><c>mirror delete-platform</c></summary>
internal sealed class DeletePlatformCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<ProviderAddress> _provider = CommandOptions.Provider();
    private readonly Argument<ProviderVersion> _version = CommandOptions.Version();
    private readonly Argument<Platform> _platform = CommandOptions.PlatformArgument();
    private readonly Option<bool> _yes = CommandOptions.Yes();

    public DeletePlatformCommand()
        : base(
            "delete-platform",
            "Delete one platform's package of a provider version; the version stays, even empty.",
            "mirror delete-platform default hashicorp/aws 5.100.0 windows_386 --yes")
    {
        Add(_group);
        Add(_provider);
        Add(_version);
        Add(_platform);
        Add(_yes);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var provider = arguments.GetRequiredValue(_provider);
        var version = arguments.GetRequiredValue(_version);
        var platform = arguments.GetRequiredValue(_platform);
        if (output.Confirm($"Delete {platform} of {provider.Display} {version} from {group}?", arguments.GetValue(_yes)) is { } refused)
        {
            return refused;
        }

        await client.DeletePlatformAsync(group, provider, version, platform, cancellationToken);
        output.Result(new DeletedDocument(group.Value, provider.ToString(), version.Value, platform.Value), $"Deleted {platform} of {provider.Display} {version} from {group}.");
        return ExitCodes.Success;
    }
}
