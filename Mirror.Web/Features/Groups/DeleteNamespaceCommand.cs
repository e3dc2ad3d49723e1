using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group delete</c> and <c>mirror workspace delete</c></summary>
internal sealed class DeleteNamespaceCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();
    private readonly Option<bool> _force = new("--force") { Description = "Delete also a group that is not empty, with all that is in it." };
    private readonly Option<bool> _yes = CommandOptions.Yes();
    private readonly NamespaceKind _kind;

    public DeleteNamespaceCommand(NamespaceKind kind)
        : base(
            "delete",
            $"Delete a {NamespaceCommands.Noun(kind)} with its members, service accounts and variables{(kind == NamespaceKind.Group ? "; a root group with its mirror" : "")}.",
            [
                $"mirror {NamespaceCommands.Noun(kind)} delete {NamespaceCommands.Example(kind)}",
                .. kind == NamespaceKind.Group ? (string[])["mirror group delete platform --force --yes"] : [],
            ])
    {
        _kind = kind;
        Add(_path);
        if (kind == NamespaceKind.Group)
        {
            Add(_force);
        }

        Add(_yes);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = arguments.GetRequiredValue(_path);
        bool force = _kind == NamespaceKind.Group && arguments.GetValue(_force);
        string noun = NamespaceCommands.Noun(_kind);
        if (output.Confirm($"Delete the {noun} {path}{(force ? " with all that is in it" : "")}?", arguments.GetValue(_yes)) is { } refused)
        {
            return refused;
        }

        if (!await SettingsText.IsAsync(client, path, _kind, output, cancellationToken))
        {
            return ExitCodes.Failure;
        }

        await client.DeleteNamespaceAsync(path, force, cancellationToken);
        output.Result(new DeletedNamespaceDocument(path.Value), $"Deleted the {noun} {path}.");
        return ExitCodes.Success;
    }
}
