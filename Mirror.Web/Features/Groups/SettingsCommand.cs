using System.CommandLine;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror settings</c></summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var path = CommandOptions.Group("path");
        var automaticCaching = new Option<CachingSetting?>("--automatic-caching")
        {
            Description = "Whether a request for a package that is not cached fetches it; inherit: the setting of the nearest group above.",
            HelpName = "on|off|inherit",
        }.AcceptOnly([.. Choices.Of<CachingSetting>().Select(choice => (choice.Word, (CachingSetting?)choice.Value))]);
        var anonymousRead = new Option<string?>("--anonymous-read")
        {
            Description = "Whether clients may read without signing in. Only for root groups; for 'default', set "
                + "Mirror:Auth:AnonymousRead in the server's configuration.",
            HelpName = "on|off",
        }.AcceptOnly(("on", "on"), ("off", "off"));
        return new ServerCommand(
            "settings",
            "Show or change the settings of a group or workspace. Inherited settings name the group that they come from.",
            "mirror settings",
            "mirror settings platform/network",
            "mirror settings platform --automatic-caching on --anonymous-read off",
            "mirror settings platform/network/prod --automatic-caching inherit")
        {
            path, automaticCaching, anonymousRead,
        }.Runs(async (client, call) =>
        {
            var change = new SettingsUpdate(
                call.Get(automaticCaching), call.Get(anonymousRead) is { } read ? read == "on" : null);
            var settings = change is { AutomaticCaching: null, AnonymousRead: null }
                ? await client.GetNamespaceAsync(call.Get(path), call.Stop)
                : await client.ChangeSettingsAsync(call.Get(path), change, call.Stop);
            return call.Print(
                settings,
                $"{settings.Path}, a {NamespaceCommands.Noun(settings.Kind)}\n"
                + $"automatic caching  {Caching(settings)}\n"
                + $"anonymous read     {Anonymous(settings, call.Get(path))}");
        });
    }

    private static string Caching(Namespace settings) => settings.AutomaticCaching switch
    {
        { InheritedFrom: { } from } caching => $"{CommandText.OnOff(caching.Enabled)}, inherited from {from}",
        { Setting: CachingSetting.Inherit } => "off, not set here or above",
        var caching => $"{CommandText.OnOff(caching.Enabled)}, set here",
    };

    private static string Anonymous(Namespace settings, NamespacePath path) => CommandText.OnOff(settings.AnonymousRead)
        + (path.RootName == NamespacePath.Default.Value
            ? ", from the server's configuration"
            : path.IsRoot ? ", set here" : $", inherited from {path.RootName}");
}
