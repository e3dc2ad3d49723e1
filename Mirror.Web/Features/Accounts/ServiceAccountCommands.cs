using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror service-account</c></summary>
internal static class ServiceAccountCommands
{
    public static Command Create() => ServerCommand.Group(
        "service-account",
        "Create, list and delete service accounts. A service account is a member for programs. It signs in with tokens from "
        + "'mirror token', or with tokens from the issuers that it trusts.",
        CreateOne(),
        List(),
        Delete(),
        FederatedIdentityCommands.Create());

    /// <summary>A service account by its name in the group of the command, or by its path.</summary>
    public static Argument<NamespacePath> Account() => new("name")
    {
        Description = "The service account: a name such as ci, or with its group or workspace, such as platform/ci.",
        CustomParser = CommandOptions.ParseWith(text => NamespacePath.TryParse(text, out var path)
            ? path
            : throw new FormatException(
                $"'{text}' is not the name of a service account; expected lower-case letters, digits, '-' and '_', such as 'ci' or "
                + "'platform/ci'.")),
    };

    /// <summary>A path to another group than that of the command is bad usage.</summary>
    public static Action<CommandResult> AreOne(GroupSymbol group, Argument<NamespacePath> account) => result =>
    {
        if (result.GetValue(account) is { Parent: { } own } path && group.Find(result) is { } named && named != own)
        {
            result.AddError($"'{path}' is a service account of '{own}', but the command names '{named}'; expected only one of the two.");
        }
    };

    public static GroupSymbol Group() => new("path", "Its group or workspace. [default: that of <name>, otherwise default]", null);

    /// <summary>The group or workspace of a service account, and its name there.</summary>
    public static (NamespacePath Home, string Name) Locate(CommandCall call, GroupSymbol group, Argument<NamespacePath> account) =>
        (call.Find(group) ?? call.Get(account).Parent ?? NamespacePath.Default, call.Get(account).Name);

    private static ServerCommand CreateOne()
    {
        var (group, name) = (Group(), Account());
        var role = CommandOptions.Role("Its role in its group or workspace: owner, deployer or viewer. [default: none]");
        return new ServerCommand(
            "create",
            "Create a service account in a group or workspace.",
            "mirror service-account create platform/ci --role deployer",
            "mirror service-account create platform ci") { group, name, role }
            .Requires(AreOne(group, name))
            .Runs(async (client, call) =>
            {
                var (home, account) = Locate(call, group, name);
                var created = await client.CreateServiceAccountAsync(home, account, call.Get(role), call.Stop);
                string has = call.Get(role) is { } given ? $", {CommandText.Membership(given, home)}" : "; it has no role yet";
                return call.Print(created, $"Created the service account {created.Principal}{has}.");
            });
    }

    private static ServerCommand List()
    {
        var path = CommandOptions.Group("path");
        return new ServerCommand(
            "list", "List the service accounts of a group or workspace.", "mirror service-account list platform") { path }
            .Runs(async (client, call) =>
            {
                var list = await client.ListServiceAccountsAsync(call.Get(path), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    $"{call.Get(path)} has no service accounts.",
                    new("SERVICE ACCOUNT", item => item.Principal, Folds: true),
                    new("ROLE", item => CommandText.Word(item.Role)),
                    new("TOKENS", item => item.Tokens.ToString(CultureInfo.InvariantCulture)),
                    new("LAST USED (UTC)", item => item.LastUsedAt is { } used ? CommandText.Time(used) : "never"),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                    new("BY", item => item.CreatedBy, Spare: true, Folds: true));
            });
    }

    private static ServerCommand Delete()
    {
        var (group, name) = (Group(), Account());
        string Shown(CommandCall call)
        {
            var (home, account) = Locate(call, group, name);
            return $"{home}/{account}";
        }

        return new ServerCommand(
            "delete",
            "Delete a service account with its tokens and roles.",
            "mirror service-account delete platform/ci --yes",
            "mirror service-account delete --group-path platform ci") { group, name }
            .Requires(AreOne(group, name))
            .Confirms(call => $"Delete the service account {Shown(call)} with its tokens and roles?")
            .Runs(async (client, call) =>
            {
                var (home, account) = Locate(call, group, name);
                await client.DeleteServiceAccountAsync(home, account, call.Stop);
                return call.Print(new JsonObject { ["principal"] = Shown(call) }, $"Deleted the service account {Shown(call)}.");
            });
    }
}
