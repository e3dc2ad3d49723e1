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
        "Create, list and revoke access tokens. They belong to a service account of a group or workspace, or to your own user.",
        CreateOne(),
        List(),
        Revoke());

    private static ServerCommand CreateOne()
    {
        var group = GroupPath();
        var role = CommandOptions.Role("The role of the token in the group or workspace and below: owner, deployer or viewer.");
        var expires = new Option<string?>("--expires")
        {
            Description = "The lifetime of the token, such as 30d or 12h. [default: until it is revoked]",
            HelpName = "duration",
        };
        var name = new Option<string?>("--name") { Description = "The purpose of the token, shown in lists.", HelpName = "name" };
        var account = new Option<string?>("--service-account")
        {
            Description = "The service account that the token belongs to. [default: a new one]",
            HelpName = "name",
        };
        return new ServerCommand(
            "create",
            "Create a token and print it. It is shown only once. The token belongs to a service account of a group or workspace "
            + "or, without --group-path, to your own user.",
            "mirror token create --group-path platform --role viewer --expires 30d --name ci",
            "mirror token create --group-path platform --service-account ci --json",
            "mirror token create --name laptop --expires 90d") { group, role, expires, name, account }
            .Requires(result =>
            {
                bool inGroup = result.GetValue(group) is not null;
                bool isNamed = result.GetValue(role) is not null || result.GetValue(account) is not null;
                if (!inGroup && isNamed)
                {
                    result.AddError("--role and --service-account need --group-path: your own token has your own roles.");
                }
                else if (inGroup && !isNamed)
                {
                    result.AddError("--group-path needs --role, or --service-account for a token of an existing service account.");
                }

                if (result.GetValue(expires) is { } given
                    && (!Quantity.TryParseDuration(given, out var lifetime) || lifetime <= TimeSpan.Zero))
                {
                    result.AddError($"--expires: '{given}' is not a duration; expected one such as 30d or 12h.");
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
                    call.Output.Error($"A token for {created.Principal.Name}{end}. It is shown only once.");
                }

                return ExitCodes.Success;
            });
    }

    private static ServerCommand List()
    {
        var group = GroupPath();
        return new ServerCommand(
            "list",
            "List the tokens that are not revoked.",
            "mirror token list --group-path platform",
            "mirror token list --json") { group }
            .Runs(async (client, call) =>
            {
                var list = call.Get(group) is { } home
                    ? await client.ListTokensAsync(home, call.Stop)
                    : await client.ListAccountTokensAsync(call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No tokens.",
                    new("ID", item => item.Id.ToString(CultureInfo.InvariantCulture)),
                    new("NAME", item => item.Name, Folds: true),
                    new("BELONGS TO", item => item.Principal.Name, Folds: true),
                    new("BEGINS WITH", item => item.Prefix),
                    new("LAST USED (UTC)", item => item.LastUsedAt is { } used ? CommandText.Time(used) : "never"),
                    new("VALID UNTIL (UTC)", item => item.ExpiresAt is { } end ? CommandText.Time(end) : "-"),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                    new("BY", item => item.CreatedBy, Spare: true, Folds: true));
            });
    }

    private static ServerCommand Revoke()
    {
        var group = GroupPath();
        var id = CommandOptions.Id("id", "'mirror token list'", "token");
        return new ServerCommand(
            "revoke",
            "Revoke a token, with immediate effect.",
            "mirror token revoke --group-path platform 7",
            "mirror token revoke 7") { id, group }
            .Runs(async (client, call) =>
            {
                await (call.Get(group) is { } home
                    ? client.RevokeTokenAsync(home, call.Get(id), call.Stop)
                    : client.RevokeAccountTokenAsync(call.Get(id), call.Stop));
                return call.Print(new JsonObject { ["id"] = call.Get(id) }, $"Revoked token {call.Get(id)}.");
            });
    }

    private static Option<NamespacePath?> GroupPath() => new(CommandOptions.GroupPathName)
    {
        Description = "The group or workspace whose service accounts the tokens belong to. [default: your own user]",
        HelpName = "path",
        CustomParser = CommandOptions.ParseWith<NamespacePath?>(NamespacePath.Parse),
    };
}
