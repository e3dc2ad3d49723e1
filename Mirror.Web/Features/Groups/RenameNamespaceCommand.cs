using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group rename</c> and <c>mirror workspace rename</c></summary>
internal sealed class RenameNamespaceCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();
    private readonly Argument<string> _name = new("name") { Description = "The new name: what then stands after the last '/'." };
    private readonly NamespaceKind _kind;

    public RenameNamespaceCommand(NamespaceKind kind)
        : base(
            "rename",
            $"Give a {NamespaceCommands.Noun(kind)} another name. The addresses of {(kind == NamespaceKind.Group ? "all in it" : "its mirror")} change; clients must be told.",
            $"mirror {NamespaceCommands.Noun(kind)} rename {NamespaceCommands.Example(kind)} other")
    {
        _kind = kind;
        Add(_path);
        Add(_name);
        AddCommonOptions();
        this.AddRule(result =>
        {
            if (result.GetValue(_name) is { } name && !NamespacePath.IsName(name))
            {
                result.AddError($"'{name}' is not a name; expected lower-case letters, digits, '-' and '_'.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = arguments.GetRequiredValue(_path);
        if (!await SettingsText.IsAsync(client, path, _kind, output, cancellationToken))
        {
            return ExitCodes.Failure;
        }

        var renamed = await client.RenameNamespaceAsync(path, arguments.GetRequiredValue(_name), cancellationToken);
        output.Result(renamed, $"Renamed {path} to {renamed.Path}.");
        return ExitCodes.Success;
    }
}
