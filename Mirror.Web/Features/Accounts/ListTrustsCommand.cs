using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror service-account trust list</c></summary>
internal sealed class ListTrustsCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = ServiceAccountCommands.Path();
    private readonly Argument<string?> _name = ServiceAccountCommands.Name();

    public ListTrustsCommand()
        : base("list", "List the foreign issuers that a service account trusts.", "mirror service-account trust list platform/ci")
    {
        Add(_path);
        Add(_name);
        AddCommonOptions();
        this.AddRule(result => ServiceAccountCommands.Validate(result, _path, _name));
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (group, account) = ServiceAccountCommands.Split(arguments.GetRequiredValue(_path), arguments.GetValue(_name));
        var list = await client.ListTrustsAsync(group, account, cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line("It trusts no foreign issuer.");
        }
        else
        {
            output.Table(
                ["NUMBER", "ISSUER", "AUDIENCE", "CLAIMS", "CREATED (UTC)", "BY"],
                list.Items.Select(item => (string[])[
                    item.Id.ToString(CultureInfo.InvariantCulture),
                    item.Issuer,
                    item.Audience,
                    string.Join(' ', item.Claims.Select(claim => $"{claim.Key}={claim.Value}")),
                    CommandText.Time(item.CreatedAt),
                    item.CreatedBy,
                ]));
        }

        return ExitCodes.Success;
    }
}
