using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary>How groups and workspaces are shown to people.</summary>
internal static class SettingsText
{
    public static string OnOff(bool on) => on ? "on" : "off";

    public static string AutomaticCaching(NamespaceDocument item) => item.AutomaticCaching switch
    {
        { InheritedFrom: { } from } caching => $"{OnOff(caching.Enabled)} (from {from})",
        { Setting: CachingSetting.Inherit } => "off (not set)",
        var caching => OnOff(caching.Enabled),
    };

    /// <summary>Whether a path leads to what the command is about; says so where it does not.</summary>
    public static async Task<bool> IsAsync(MirrorClient client, NamespacePath path, NamespaceKind kind, CommandOutput output, CancellationToken cancellationToken)
    {
        var found = await client.GetNamespaceAsync(path, cancellationToken);
        if (found.Kind == kind)
        {
            return true;
        }

        output.Error($"'{path}' is a {NamespaceCommands.Noun(found.Kind)}, not a {NamespaceCommands.Noun(kind)}: use 'mirror {NamespaceCommands.Noun(found.Kind)}'.");
        return false;
    }
}
