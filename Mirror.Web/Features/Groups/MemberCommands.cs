using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror member</c></summary>
internal static class MemberCommands
{
    private const string OidcGroupPrefix = "oidc-group:";

    public static Command Create() => ServerCommand.Group(
        "member",
        "Add, remove and list members. A member has a role in a group or workspace and in everything below it.",
        Add(),
        Remove(),
        List());

    private static ServerCommand Add()
    {
        var (path, member) = (CommandOptions.Group("path"), Member());
        var role = new Argument<Role>("role")
        {
            Description = "owner: everything; deployer: change the mirror and variables; viewer: read.",
        }.AcceptOnly(Choices.Of<Role>());
        return new ServerCommand(
            "add",
            "Give a user, service account or OpenID group a role. It replaces the member's previous role in that group or workspace.",
            "mirror member add platform alice owner",
            "mirror member add --group-path platform/network bob viewer",
            "mirror member add platform/network platform/ci deployer",
            "mirror member add platform oidc-group:platform-team viewer") { path, member, role }.Runs(async (client, call) =>
        {
            var (at, who, given) = (call.Get(path), call.Get(member), call.Get(role));
            string done = $"{who} is {CommandText.Membership(given, at)}.";
            return who.Principal is { } principal
                ? call.Print(await client.SetMemberAsync(at, principal, given, call.Stop), done)
                : call.Print(await client.SetGroupMappingAsync(at, who.OidcGroup!, given, call.Stop), done);
        });
    }

    private static ServerCommand Remove()
    {
        var (path, member) = (CommandOptions.Group("path"), Member());
        return new ServerCommand(
            "remove",
            "Remove the role that a member has in a group or workspace. Inherited roles remain.",
            "mirror member remove platform alice") { path, member }
            .Runs(async (client, call) =>
            {
                var (at, who) = (call.Get(path), call.Get(member));
                await (who.Principal is { } principal
                    ? client.RemoveMemberAsync(at, principal, call.Stop)
                    : client.RemoveGroupMappingAsync(at, who.OidcGroup!, call.Stop));
                return call.Print(
                    new JsonObject { ["path"] = at.Value, ["principal"] = who.ToString() },
                    $"{who} no longer has a role in {at}.");
            });
    }

    private static ServerCommand List()
    {
        var path = CommandOptions.Group("path");
        return new ServerCommand(
            "list",
            "List the members, their roles, and the groups that the roles come from.",
            "mirror member list platform/network",
            "mirror member list platform --json") { path }.Runs(async (client, call) =>
        {
            var list = await client.ListMembersAsync(call.Get(path), call.Stop);
            string Kind(PrincipalKind kind) => kind == PrincipalKind.User ? "user" : "service account";
            var principals = list.Members.Select(item => (item.Principal.Name, Kind: Kind(item.Principal.Kind), item.Role, item.From));
            var groups = list.GroupMappings
                .Select(item => (Name: OidcGroupPrefix + item.OidcGroup, Kind: "OpenID group", item.Role, item.From));
            return call.PrintTable(
                list,
                principals.Concat(groups),
                "No members. Administrators may do everything.",
                new("PRINCIPAL", row => row.Name, Folds: true),
                new("KIND", row => row.Kind),
                new("ROLE", row => CommandText.Word<Role>(row.Role)),
                new("FROM", row => row.From, Folds: true));
        });
    }

    private static Argument<MemberReference> Member() => new("principal")
    {
        Description = $"A user such as alice, a service account such as platform/ci, or a group of the OpenID provider such as "
            + $"{OidcGroupPrefix}platform-team.",
        CustomParser = CommandOptions.ParseWith(MemberReference.Parse),
    };

    /// <summary>A member: a user or service account, or else a group of the OpenID provider.</summary>
    private sealed record MemberReference(PrincipalName? Principal, string? OidcGroup)
    {
        /// <exception cref="FormatException">It is neither.</exception>
        public static MemberReference Parse(string text) => text.StartsWith(OidcGroupPrefix, StringComparison.Ordinal)
            ? text.Length > OidcGroupPrefix.Length
                ? new MemberReference(null, text[OidcGroupPrefix.Length..])
                : throw new FormatException(
                    $"'{text}' is not a group; expected its name at the OpenID provider, such as '{OidcGroupPrefix}platform-team'.")
            : new MemberReference(PrincipalName.Parse(text), null);

        public override string ToString() => Principal?.ToString() ?? OidcGroupPrefix + OidcGroup;
    }
}
