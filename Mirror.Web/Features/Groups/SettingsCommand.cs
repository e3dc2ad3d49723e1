using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror settings</c></summary>
internal sealed class SettingsCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();

    private readonly Option<string?> _automaticCaching = new Option<string?>("--automatic-caching")
    {
        Description = "Whether what is not cached is fetched when it is asked for; inherit: as the nearest group above says.",
        HelpName = "on|off|inherit",
    }.AcceptOnlyFromAmong("on", "off", "inherit");

    private readonly Option<string?> _anonymousRead = new Option<string?>("--anonymous-read")
    {
        Description = "Whether anybody may read. For root groups; that of 'default' is Mirror:Auth:AnonymousRead of the server.",
        HelpName = "on|off",
    }.AcceptOnlyFromAmong("on", "off");

    public SettingsCommand()
        : base(
            "settings",
            "Show or change the settings of a group or workspace. Says what is inherited from where.",
            "mirror settings platform/network",
            "mirror settings platform --automatic-caching on --anonymous-read off",
            "mirror settings platform/network/prod --automatic-caching inherit")
    {
        Add(_path);
        Add(_automaticCaching);
        Add(_anonymousRead);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = arguments.GetRequiredValue(_path);
        var change = new SettingsDocument(
            arguments.GetValue(_automaticCaching) is { } caching ? Enum.Parse<CachingSetting>(caching, ignoreCase: true) : null,
            arguments.GetValue(_anonymousRead) is { } read ? read == "on" : null);
        var settings = change.AutomaticCaching is null && change.AnonymousRead is null
            ? await client.GetNamespaceAsync(path, cancellationToken)
            : await client.ChangeSettingsAsync(path, change, cancellationToken);
        output.Result(settings, $"{settings.Path}, a {NamespaceCommands.Noun(settings.Kind)}\nautomatic caching  {Caching(settings)}\nanonymous read     {Anonymous(settings, path)}");
        return ExitCodes.Success;
    }

    private static string Caching(NamespaceDocument settings) => settings.AutomaticCaching switch
    {
        { InheritedFrom: { } from } caching => $"{SettingsText.OnOff(caching.Enabled)}, inherited from {from}",
        { Setting: CachingSetting.Inherit } => "off, not set here or above",
        var caching => $"{SettingsText.OnOff(caching.Enabled)}, set here",
    };

    private static string Anonymous(NamespaceDocument settings, NamespacePath path) => SettingsText.OnOff(settings.AnonymousRead)
        + (path.RootName == NamespacePath.Default.Value ? ", from the server's configuration" : path.IsRoot ? ", set here" : $", inherited from {path.RootName}");
}
