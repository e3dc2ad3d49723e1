using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group create</c> and <c>mirror workspace create</c></summary>
internal sealed class CreateNamespaceCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();
    private readonly NamespaceKind _kind;

    public CreateNamespaceCommand(NamespaceKind kind)
        : base(
            "create",
            kind == NamespaceKind.Group
                ? "Create a group. It is in the group before the last '/'; administrators create root groups, which begin with automatic caching and anonymous read off."
                : "Create a workspace. It is in the group before the last '/'.",
            [.. kind == NamespaceKind.Group ? (string[])["mirror group create platform"] : [], $"mirror {NamespaceCommands.Noun(kind)} create {NamespaceCommands.Example(kind)}"])
    {
        _kind = kind;
        Add(_path);
        AddCommonOptions();
        this.AddRule(result =>
        {
            if (kind == NamespaceKind.Workspace && result.GetValue(_path) is { IsRoot: true } path)
            {
                result.AddError($"The workspace '{path}' needs a group to be in, such as 'platform/{path}'.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var created = await client.CreateNamespaceAsync(arguments.GetRequiredValue(_path), _kind, cancellationToken);
        output.Result(created, $"Created the {NamespaceCommands.Noun(_kind)} {created.Path}.");
        return ExitCodes.Success;
    }
}
