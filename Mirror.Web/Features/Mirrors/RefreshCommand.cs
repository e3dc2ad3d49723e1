using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror refresh</c></summary>
internal sealed class RefreshCommand : ClientCommand
{
    private readonly Argument<ProviderAddress?> _provider = CommandOptions.OptionalProvider();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();

    public RefreshCommand()
        : base(
            "refresh",
            "Have the next request ask the origin. Forgets the cached documents of one provider, or of all, in a group and below it; packages and their proofs stay.",
            "mirror refresh hashicorp/aws",
            "mirror refresh")
    {
        Add(_provider);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var provider = arguments.GetValue(_provider);
        await client.RefreshAsync(arguments.GetRequiredValue(_group), provider, cancellationToken);
        output.Result(new RefreshedDocument(provider?.ToString()), $"The next request for {provider?.Display ?? "any provider"} asks the origin.");
        return ExitCodes.Success;
    }
}
