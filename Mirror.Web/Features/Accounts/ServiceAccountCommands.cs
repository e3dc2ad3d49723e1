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
        "Create, list and delete service accounts. They are members as users are, for programs, with tokens that 'mirror token' makes "
        + "or those of issuers they trust.",
        CreateOne(),
        List(),
        Delete(),
        FederatedIdentityCommands.Create());

    public static Argument<NamespacePath> Path() =>
        CommandOptions.Path("The service account such as platform/ci, or its group or workspace where the name follows.");

    public static Argument<string?> Name() => new("name")
    {
        Description = "The name, where it is not the last part of the path.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Bad usage where nothing names an account.</summary>
    public static Action<CommandResult> IsNamed(Argument<NamespacePath> path, Argument<string?> name) => result =>
    {
        if (result.GetValue(name) is { } given && !NamespacePath.IsName(given))
        {
            result.AddError($"'{given}' is not a name; expected lower-case letters, digits, '-' and '_'.");
        }
        else if (result.GetValue(name) is null)
        {
            RequireName(result, path);
        }
    };

    /// <summary>Bad usage where the path is a root group's, in which no account's name is the last part.</summary>
    public static void RequireName(CommandResult result, Argument<NamespacePath> path)
    {
        if (result.GetValue(path) is { IsRoot: true } root)
        {
            result.AddError($"'{root}' names a group and no service account in it; expected one such as '{root}/ci'.");
        }
    }

    public static (NamespacePath Home, string Name) Split(NamespacePath path, string? name) =>
        name is null ? (path.Parent!, path.Name) : (path, name);

    private static ServerCommand CreateOne()
    {
        var (path, name) = (Path(), Name());
        var role = CommandOptions.Role("Its role in its group or workspace: owner, deployer or viewer. [default: none]");
        return new ServerCommand(
            "create",
            "Create a service account in a group or workspace.",
            "mirror service-account create platform/ci --role deployer",
            "mirror service-account create platform ci") { path, name, role }
            .Requires(IsNamed(path, name))
            .Runs(async (client, call) =>
            {
                var (home, account) = Split(call.Get(path), call.Get(name));
                var created = await client.CreateServiceAccountAsync(home, account, call.Get(role), call.Stop);
                string has = call.Get(role) is null ? "; it has no role yet" : $", {CommandText.Word(call.Get(role))} at {home} and below";
                return call.Print(created, $"Created the service account {created.Principal}{has}.");
            });
    }

    private static ServerCommand List()
    {
        var path = CommandOptions.Path();
        return new ServerCommand(
            "list", "List the service accounts of a group or workspace.", "mirror service-account list platform") { path }
            .Runs(async (client, call) =>
            {
                var list = await client.ListServiceAccountsAsync(call.Get(path), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    $"{call.Get(path)} has no service accounts.",
                    new("SERVICE ACCOUNT", item => item.Principal),
                    new("ROLE", item => CommandText.Word(item.Role)),
                    new("TOKENS", item => item.Tokens.ToString(CultureInfo.InvariantCulture)),
                    new("LAST USED (UTC)", item => item.LastUsedAt is { } used ? CommandText.Time(used) : "never"),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt)),
                    new("BY", item => item.CreatedBy));
            });
    }

    private static ServerCommand Delete()
    {
        var (path, name) = (Path(), Name());
        string Shown(CommandCall call)
        {
            var (home, account) = Split(call.Get(path), call.Get(name));
            return $"{home}/{account}";
        }

        return new ServerCommand(
            "delete",
            "Delete a service account with its tokens and roles.",
            "mirror service-account delete platform/ci --yes") { path, name }
            .Requires(IsNamed(path, name))
            .Confirms(call => $"Delete the service account {Shown(call)} with its tokens and roles?")
            .Runs(async (client, call) =>
            {
                var (home, account) = Split(call.Get(path), call.Get(name));
                await client.DeleteServiceAccountAsync(home, account, call.Stop);
                return call.Print(new JsonObject { ["principal"] = Shown(call) }, $"Deleted the service account {Shown(call)}.");
            });
    }
}
