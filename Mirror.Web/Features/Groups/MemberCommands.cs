using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary>What the commands under <c>mirror member</c> share.</summary>
internal static class MemberCommands
{
    public static Command Create() => CommandHelp.Group(
        "member", "Add, remove and list members. Who is one has a role in a group or workspace and all below it.", new AddMemberCommand(), new RemoveMemberCommand(), new ListMembersCommand());

    public static Argument<MemberReference> Principal() => new("principal")
    {
        Description = $"A user such as alice, a service account such as platform/ci, or a group of the OpenID provider such as {MemberReference.OidcGroupPrefix}platform-team.",
        CustomParser = CommandOptions.ParseWith(MemberReference.Parse),
    };

    public static Role ParseRole(string text) => Enum.Parse<Role>(text, ignoreCase: true);

    public static readonly string[] Roles = ["owner", "deployer", "viewer"];
}

/// <summary><c>mirror member add</c></summary>
internal sealed class AddMemberCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();
    private readonly Argument<MemberReference> _principal = MemberCommands.Principal();
    private readonly Argument<string> _role = new Argument<string>("role") { Description = "owner: everything; deployer: change the mirror and variables; viewer: read." }.AcceptOnlyFromAmong(MemberCommands.Roles);

    public AddMemberCommand()
        : base(
            "add",
            "Give somebody a role, in the place of the one given there before.",
            "mirror member add platform alice owner",
            "mirror member add platform/network platform/ci deployer",
            "mirror member add platform oidc-group:platform-team viewer")
    {
        Add(_path);
        Add(_principal);
        Add(_role);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (path, member) = (arguments.GetRequiredValue(_path), arguments.GetRequiredValue(_principal));
        string word = arguments.GetRequiredValue(_role);
        var role = MemberCommands.ParseRole(word);
        string done = $"{member} is {word} at {path} and below.";
        if (member.Principal is { } principal)
        {
            output.Result(await client.SetMemberAsync(path, principal, role, cancellationToken), done);
        }
        else
        {
            output.Result(await client.SetGroupMappingAsync(path, member.OidcGroup!, role, cancellationToken), done);
        }

        return ExitCodes.Success;
    }
}

/// <summary><c>mirror member remove</c></summary>
internal sealed class RemoveMemberCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();
    private readonly Argument<MemberReference> _principal = MemberCommands.Principal();

    public RemoveMemberCommand()
        : base("remove", "Take away the role that was given there; what is inherited stays.", "mirror member remove platform alice")
    {
        Add(_path);
        Add(_principal);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (path, member) = (arguments.GetRequiredValue(_path), arguments.GetRequiredValue(_principal));
        await (member.Principal is { } principal
            ? client.RemoveMemberAsync(path, principal, cancellationToken)
            : client.RemoveGroupMappingAsync(path, member.OidcGroup!, cancellationToken));
        output.Result(new RemovedMemberDocument(path.Value, member.ToString()), $"{member} has no role of its own at {path} any more.");
        return ExitCodes.Success;
    }
}

/// <summary><c>mirror member list</c></summary>
internal sealed class ListMembersCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();

    public ListMembersCommand()
        : base("list", "List who has which role, and where it was given.", "mirror member list platform/network", "mirror member list platform --json")
    {
        Add(_path);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = await client.ListMembersAsync(arguments.GetRequiredValue(_path), cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Members.Count + list.GroupMappings.Count == 0)
        {
            output.Line("There are no members; administrators may do everything.");
        }
        else
        {
            output.Table(
                ["PRINCIPAL", "KIND", "ROLE", "FROM"],
                list.Members.Select(member => (string[])[MemberReference.Show(member.Principal), MemberReference.Kind(member.Principal), CommandText.Word<Role>(member.Role), member.From])
                    .Concat(list.GroupMappings.Select(mapping => (string[])[MemberReference.Show(mapping), "OpenID group", CommandText.Word<Role>(mapping.Role), mapping.From])));
        }

        return ExitCodes.Success;
    }
}
