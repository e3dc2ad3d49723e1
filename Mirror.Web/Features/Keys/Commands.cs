using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Verification;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Keys;

/// <summary><c>mirror key</c></summary>
internal static class KeyCommands
{
    private const int PageSize = 500;

    public static Command Create() => ServerCommand.Group(
        "key",
        "Show the keys that signed mirrored providers, and pin them. Only a pinned key may sign new versions of its providers.",
        List(),
        Pin(),
        Unpin());

    private static ServerCommand List()
    {
        var group = CommandOptions.GroupPath();
        var search = CommandOptions.Search("Words that the provider, owner or fingerprint must contain.");
        return new ServerCommand(
            "list",
            "List the keys that signed mirrored providers, and the pins.",
            "mirror key list",
            "mirror key list --group-path platform --search hashicorp") { search, group }
            .Runs(async (client, call) =>
            {
                var list = await ListAsync(client, call.Get(group), call.Get(search), call.Stop);
                call.PrintTable(
                    list,
                    list.Items,
                    "No keys.",
                    new("PROVIDER", key => key.Provider.Display, Folds: true),
                    new("KEY", key => key.Fingerprint, Folds: true),
                    new("OWNER", key => key.Owner ?? "-", Folds: true),
                    new("VERSIONS", key => key.Versions.ToString(CultureInfo.InvariantCulture)),
                    new("STATE", StateOf, Tone: key => key.Expired ? Tone.Caution : key.Pinned ? Tone.Good : Tone.Quiet),
                    new("FIRST SEEN (UTC)", key => CommandText.Time(key.FirstSeenAt), Spare: true));
                if (!call.Output.IsJson)
                {
                    PrintPins(call, list);
                }

                return ExitCodes.Success;
            });
    }

    private static ServerCommand Pin()
    {
        var (provider, key, group) = (CommandOptions.ProviderPattern(), Key(), CommandOptions.GroupPath());
        var comment = CommandOptions.Comment("The reason, shown in lists.", KeyPin.MaxComment);
        return new ServerCommand(
            "pin",
            "Pin a key for providers of a root group. New versions that no pinned key signed are rejected; versions that are already "
            + "verified remain. A pin in the server's configuration (Mirror:Trust) must match as well.",
            "mirror key pin 'hashicorp/*' C874011F0AB405110D02105534365D9472D7468F",
            "mirror key pin example/hello '<fingerprint>' --group-path platform --comment 'confirmed by email'")
        {
            provider, key, comment, group,
        }.Runs(async (client, call) =>
        {
            var pin = new NewKeyPin(call.Get(provider).ToString(), call.Get(key), call.Get(comment));
            var added = await client.PinKeyAsync(call.Get(group), pin, call.Stop);
            call.Print(added, $"Pinned {added.Fingerprint} for {added.Provider.Display} in {call.Get(group)}.");
            var list = await ListAsync(client, call.Get(group), null, call.Stop);
            var pinned = list.Pins.Where(other => other.Provider == added.Provider).Select(other => other.Fingerprint).ToHashSet();
            foreach (var other in list.Items.Where(item =>
                item.Versions > 0 && added.Provider.Matches(item.Provider) && !pinned.Contains(item.Fingerprint)))
            {
                string which = other.Versions == 1
                    ? $"1 verified version has another key, {other.Fingerprint}, and remains."
                    : FormattableString.Invariant($"{other.Versions} verified versions have another key, {other.Fingerprint}, and remain.");
                call.Output.Error($"{other.Provider.Display}: {which}");
            }

            return ExitCodes.Success;
        });
    }

    private static ServerCommand Unpin()
    {
        var (provider, key, group) = (CommandOptions.ProviderPattern(), Key(), CommandOptions.GroupPath());
        return new ServerCommand(
            "unpin",
            "Remove the pin of a key. Pins in the server's configuration (Mirror:Trust) remain.",
            "mirror key unpin 'hashicorp/*' C874011F0AB405110D02105534365D9472D7468F") { provider, key, group }
            .Runs(async (client, call) =>
            {
                await client.UnpinKeyAsync(call.Get(group), call.Get(provider), call.Get(key), call.Stop);
                return call.Print(
                    new JsonObject
                    {
                        ["groupPath"] = call.Get(group).Value,
                        ["provider"] = call.Get(provider).ToString(),
                        ["fingerprint"] = call.Get(key),
                    },
                    $"Unpinned {call.Get(key)} for {call.Get(provider).Display} in {call.Get(group)}.");
            });
    }

    private static Argument<string> Key() => new("fingerprint")
    {
        Description = "The fingerprint of the key, 40 hexadecimal digits, as 'mirror key list' shows it.",
        CustomParser = CommandOptions.ParseWith(KeyFingerprint.Parse),
    };

    private static async Task<SigningKeyList> ListAsync(
        MirrorClient client, NamespacePath group, SearchText? search, CancellationToken cancellationToken)
    {
        var items = new List<SeenSigningKey>();
        while (true)
        {
            var page = await client.ListKeysAsync(group, search, items.Count, PageSize, cancellationToken);
            items.AddRange(page.Items);
            if (page.Items.Count == 0 || items.Count >= page.Total)
            {
                return page with { Items = items };
            }
        }
    }

    /// <summary>The pins of the root group and of the configuration, which may name keys that have signed nothing yet.</summary>
    private static void PrintPins(CommandCall call, SigningKeyList list)
    {
        var configured = list.Rules.SelectMany(rule => rule.Fingerprints.Select(key =>
            (Provider: ProviderPattern.Parse(rule.Provider), Key: key, By: rule.BuiltIn ? "built in" : "Mirror:Trust", Comment: "-")));
        var own = list.Pins.Select(pin => (pin.Provider, Key: pin.Fingerprint, By: pin.CreatedBy, Comment: pin.Comment ?? "-"));
        call.Output.Line("");
        call.Output.Table(
            [new("PINNED FOR", Folds: true), new("KEY", Folds: true), "BY", new("COMMENT", Folds: true)],
            configured.Concat(own).Select(pin => (TableCell[])[pin.Provider.Display, pin.Key, pin.By, pin.Comment]));
    }

    private static string StateOf(SeenSigningKey key) => (key.Pinned, key.Expired) switch
    {
        (true, true) => "pinned, expired",
        (true, false) => "pinned",
        (false, true) => "expired",
        _ => "-",
    };
}
