using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror service-account trust remove</c></summary>
internal sealed class RemoveTrustCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = ServiceAccountCommands.Path();

    private readonly Argument<(string? Name, long Id)> _trust = new("number")
    {
        Description = "The trust's number, as list shows it; before it the name, where it is not the last part of the path.",
        Arity = new ArgumentArity(1, 2),
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[^1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
            {
                return (result.Tokens.Count == 2 ? result.Tokens[0].Value : null, id);
            }

            result.AddError($"'{result.Tokens[^1].Value}' is not the number of a trust; expected one that 'mirror service-account trust list' shows.");
            return default;
        },
    };

    public RemoveTrustCommand()
        : base("remove", "No longer accept tokens of a foreign issuer.", "mirror service-account trust remove platform/ci 7")
    {
        Usage = "<path> [<name>] <number> [options]";
        Add(_path);
        Add(_trust);
        AddCommonOptions();
        this.AddRule(result =>
        {
            if (result.GetValue(_trust).Name is null && result.GetValue(_path) is { IsRoot: true } root)
            {
                result.AddError($"'{root}' names a group and no service account in it; expected one such as '{root}/ci'.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (name, id) = arguments.GetRequiredValue(_trust);
        var (group, account) = ServiceAccountCommands.Split(arguments.GetRequiredValue(_path), name);
        await client.RemoveTrustAsync(group, account, id, cancellationToken);
        output.Result(new RemovedTrustDocument(group.Value, account, id), $"{group}/{account} no longer trusts number {id}.");
        return ExitCodes.Success;
    }
}
