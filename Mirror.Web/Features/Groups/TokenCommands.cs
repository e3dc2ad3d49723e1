using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary>What the commands under <c>mirror token</c> share.</summary>
internal static class TokenCommands
{
    public static Command Create() => CommandHelp.Group(
        "token", "Create, list and revoke access tokens. Those of the service accounts of a group or workspace, and a user's own.", new CreateTokenCommand(), new ListTokensCommand(), new RevokeTokenCommand());

    public static Option<NamespacePath?> GroupPath() => new("--group-path")
    {
        Description = "The group or workspace whose service accounts it is about. [default: your own user]",
        HelpName = "path",
        CustomParser = CommandOptions.ParseWith<NamespacePath?>(NamespacePath.Parse),
    };
}

/// <summary><c>mirror token create</c></summary>
internal sealed class CreateTokenCommand : ClientCommand
{
    private readonly Option<NamespacePath?> _group = TokenCommands.GroupPath();
    private readonly Option<string?> _role = new Option<string?>("--role") { Description = "What the token may do in the group or workspace and below: owner, deployer or viewer.", HelpName = "role" }.AcceptOnlyFromAmong(MemberCommands.Roles);
    private readonly Option<string?> _expires = new("--expires") { Description = "How long it is valid, such as 30d or 12h. [default: until it is revoked]", HelpName = "duration" };
    private readonly Option<string?> _name = new("--name") { Description = "What it is for.", HelpName = "name" };
    private readonly Option<string?> _account = new("--service-account") { Description = "Whose it is to be. [default: one is made for it]", HelpName = "name" };

    public CreateTokenCommand()
        : base(
            "create",
            "Make a token and print it, this once. It is of a service account of a group or workspace or, without --group-path, of your own user.",
            "mirror token create --group-path platform --role viewer --expires 30d --name ci",
            "mirror token create --group-path platform --service-account ci --json",
            "mirror token create --name laptop --expires 90d")
    {
        Add(_group);
        Add(_role);
        Add(_expires);
        Add(_name);
        Add(_account);
        AddCommonOptions();
        this.AddRule(result =>
        {
            bool inGroup = result.GetValue(_group) is not null;
            if (!inGroup && (result.GetValue(_role) is not null || result.GetValue(_account) is not null))
            {
                result.AddError("--role and --service-account need a --group-path; a user's own token may do what the user may.");
            }
            else if (inGroup && result.GetValue(_role) is null && result.GetValue(_account) is null)
            {
                result.AddError("Say what the token may do with --role, or whose it is to be with --service-account.");
            }

            if (result.GetValue(_expires) is { } expires && (!Quantity.TryParseDuration(expires, out var lifetime) || lifetime <= TimeSpan.Zero))
            {
                result.AddError($"'{expires}' is not a duration; expected one such as '30d' or '12h'.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        string? name = arguments.GetValue(_name), expires = arguments.GetValue(_expires), role = arguments.GetValue(_role);
        var created = arguments.GetValue(_group) is { } group
            ? await client.CreateTokenAsync(group, new NewTokenDocument(name, role is null ? null : MemberCommands.ParseRole(role), expires, arguments.GetValue(_account)), cancellationToken)
            : await client.CreateAccountTokenAsync(new NewAccountTokenDocument(name, expires), cancellationToken);
        // The token alone on standard output, for $(mirror token create …).
        output.Result(created, created.Token);
        if (!output.IsJson)
        {
            output.Error($"A token of {created.Principal.Name}{(created.ExpiresAt is { } end ? $", valid until {CommandText.Time(end)} UTC" : "")}. It is shown this once.");
        }

        return ExitCodes.Success;
    }
}

/// <summary><c>mirror token list</c></summary>
internal sealed class ListTokensCommand : ClientCommand
{
    private readonly Option<NamespacePath?> _group = TokenCommands.GroupPath();

    public ListTokensCommand()
        : base("list", "List tokens that were not revoked.", "mirror token list --group-path platform", "mirror token list --json")
    {
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = arguments.GetValue(_group) is { } group ? await client.ListTokensAsync(group, cancellationToken) : await client.ListAccountTokensAsync(cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line("There are no tokens.");
        }
        else
        {
            output.Table(
                ["ID", "NAME", "OF", "BEGINS WITH", "LAST USED (UTC)", "VALID UNTIL (UTC)", "CREATED (UTC)", "BY"],
                list.Items.Select(item => (string[])[
                    item.Id.ToString(CultureInfo.InvariantCulture),
                    item.Name,
                    item.Principal.Name,
                    item.Prefix,
                    item.LastUsedAt is { } used ? CommandText.Time(used) : "never",
                    item.ExpiresAt is { } end ? CommandText.Time(end) : "-",
                    CommandText.Time(item.CreatedAt),
                    item.CreatedBy]));
        }

        return ExitCodes.Success;
    }
}

/// <summary><c>mirror token revoke</c></summary>
internal sealed class RevokeTokenCommand : ClientCommand
{
    private readonly Option<NamespacePath?> _group = TokenCommands.GroupPath();
    private readonly Argument<long> _id = new("id")
    {
        Description = "The number that 'mirror token list' shows.",
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
            {
                return id;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not the number of a token; expected one that 'mirror token list' shows.");
            return 0;
        },
    };

    public RevokeTokenCommand()
        : base("revoke", "End a token at once.", "mirror token revoke --group-path platform 7", "mirror token revoke 7")
    {
        Add(_id);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        long id = arguments.GetRequiredValue(_id);
        await (arguments.GetValue(_group) is { } group ? client.RevokeTokenAsync(group, id, cancellationToken) : client.RevokeAccountTokenAsync(id, cancellationToken));
        output.Result(new RevokedTokenDocument(id), $"Token {id} is revoked.");
        return ExitCodes.Success;
    }
}
