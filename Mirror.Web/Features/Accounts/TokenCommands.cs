using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Identity;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror token</c></summary>
internal static class TokenCommands
{
    public static Command Create() => ServerCommand.Group(
        "token",
        "Create, list and revoke access tokens. Those of the service accounts of a group or workspace, and a user's own.",
        CreateOne(),
        List(),
        Revoke());

    private static ServerCommand CreateOne()
    {
        var group = GroupPath();
        var role = CommandOptions.Role("What the token may do in the group or workspace and below: owner, deployer or viewer.");
        var expires = new Option<string?>("--expires")
        {
            Description = "How long it is valid, such as 30d or 12h. [default: until it is revoked]",
            HelpName = "duration",
        };
        var name = new Option<string?>("--name") { Description = "What it is for.", HelpName = "name" };
        var account = new Option<string?>("--service-account")
        {
            Description = "Whose it is to be. [default: one is made for it]",
            HelpName = "name",
        };
        return new ServerCommand(
            "create",
            "Make a token and print it, this once. It is of a service account of a group or workspace or, without --group-path, of your "
            + "own user.",
            "mirror token create --group-path platform --role viewer --expires 30d --name ci",
            "mirror token create --group-path platform --service-account ci --json",
            "mirror token create --name laptop --expires 90d") { group, role, expires, name, account }
            .Requires(result =>
            {
                bool inGroup = result.GetValue(group) is not null;
                bool isNamed = result.GetValue(role) is not null || result.GetValue(account) is not null;
                if (!inGroup && isNamed)
                {
                    result.AddError("--role and --service-account need a --group-path; a user's own token may do what the user may.");
                }
                else if (inGroup && !isNamed)
                {
                    result.AddError("Say what the token may do with --role, or whose it is to be with --service-account.");
                }

                if (result.GetValue(expires) is { } given
                    && (!Quantity.TryParseDuration(given, out var lifetime) || lifetime <= TimeSpan.Zero))
                {
                    result.AddError($"'{given}' is not a duration; expected one such as '30d' or '12h'.");
                }
            })
            .Runs(async (client, call) =>
            {
                var created = call.Get(group) is { } home
                    ? await client.CreateTokenAsync(
                        home, new NewServiceAccountToken(call.Get(name), call.Get(role), call.Get(expires), call.Get(account)), call.Stop)
                    : await client.CreateAccountTokenAsync(new NewAccountToken(call.Get(name), call.Get(expires)), call.Stop);
                // Alone on standard output, for $(mirror token create …).
                call.Output.Result(created, created.Token);
                if (!call.Output.IsJson)
                {
                    string end = created.ExpiresAt is { } at ? $", valid until {CommandText.Time(at)} UTC" : "";
                    call.Output.Error($"A token of {created.Principal.Name}{end}. It is shown this once.");
                }

                return ExitCodes.Success;
            });
    }

    private static ServerCommand List()
    {
        var group = GroupPath();
        return new ServerCommand(
            "list", "List tokens that were not revoked.", "mirror token list --group-path platform", "mirror token list --json") { group }
            .Runs(async (client, call) =>
            {
                var list = call.Get(group) is { } home
                    ? await client.ListTokensAsync(home, call.Stop)
                    : await client.ListAccountTokensAsync(call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "There are no tokens.",
                    new("ID", item => item.Id.ToString(CultureInfo.InvariantCulture)),
                    new("NAME", item => item.Name),
                    new("OF", item => item.Principal.Name),
                    new("BEGINS WITH", item => item.Prefix),
                    new("LAST USED (UTC)", item => item.LastUsedAt is { } used ? CommandText.Time(used) : "never"),
                    new("VALID UNTIL (UTC)", item => item.ExpiresAt is { } end ? CommandText.Time(end) : "-"),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt)),
                    new("BY", item => item.CreatedBy));
            });
    }

    private static ServerCommand Revoke()
    {
        var group = GroupPath();
        var id = new Argument<long>("id")
        {
            Description = "The number that 'mirror token list' shows.",
            CustomParser = CommandOptions.ParseWith(text =>
                long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    ? number
                    : throw new FormatException($"'{text}' is not the number of a token; expected one that 'mirror token list' shows.")),
        };
        return new ServerCommand(
            "revoke", "End a token at once.", "mirror token revoke --group-path platform 7", "mirror token revoke 7") { id, group }
            .Runs(async (client, call) =>
            {
                await (call.Get(group) is { } home
                    ? client.RevokeTokenAsync(home, call.Get(id), call.Stop)
                    : client.RevokeAccountTokenAsync(call.Get(id), call.Stop));
                return call.Print(new JsonObject { ["id"] = call.Get(id) }, $"Token {call.Get(id)} is revoked.");
            });
    }

    private static Option<NamespacePath?> GroupPath() => new("--group-path")
    {
        Description = "The group or workspace whose service accounts it is about. [default: your own user]",
        HelpName = "path",
        CustomParser = CommandOptions.ParseWith<NamespacePath?>(NamespacePath.Parse),
    };
}
