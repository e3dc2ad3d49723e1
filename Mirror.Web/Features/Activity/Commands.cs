using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Activity;

/// <summary><c>mirror audit</c></summary>
internal static class ActivityCommands
{
    private const int PageSize = 500;
    private const int UsualCount = 50;
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    public static ServerCommand Audit()
    {
        var group = new GroupSymbol(
            "group-path", "The group or workspace, with everything below it. [default: the whole instance, for administrators]", null);
        var action = new Option<string?>("--action")
        {
            Description = "The action or its beginning, such as package.cache or package.",
            HelpName = "action",
        };
        var principal = new Option<string?>("--principal")
        {
            Description = "The name of the user, service account or job.",
            HelpName = "name",
        };
        var failed = new Option<bool>("--failed") { Description = "Only events that were denied or failed." };
        var provider = new Option<ProviderAddress?>("--provider")
        {
            Description = "A provider source address.",
            HelpName = "address",
            CustomParser = CommandOptions.ParseWith<ProviderAddress?>(text => ProviderAddress.TryParse(text, out var address)
                ? address
                : throw new FormatException($"'{text}' is not a provider source address; expected one such as 'hashicorp/aws'.")),
        };
        var from = Time("--from", "Events at or after this time, such as 2026-11-24 or 2026-11-24T10:00Z. Without a time zone: UTC.");
        var to = Time("--to", "Events before this time.");
        var search = CommandOptions.Search("Words that the event must contain.");
        var take = CommandOptions.Number("--take", "The maximum number of events. [default: 50]", least: 1);
        return new ServerCommand(
            "audit",
            "List the audit log, newest first. Each event has the user, the action, the result, and the address of the client.",
            "mirror audit",
            "mirror audit platform --failed",
            "mirror audit platform/network --action variable --principal ada --json")
        {
            group, action, principal, failed, provider, from, to, search, take,
        }.Runs(async (client, call) =>
        {
            var filter = new AuditFilter
            {
                Principal = call.Get(principal),
                Action = call.Get(action),
                Succeeded = call.Get(failed) ? false : null,
                Provider = call.Get(provider),
                From = call.Get(from),
                To = call.Get(to),
                Search = call.Get(search),
            };
            var list = await ListAsync(client, call.Find(group), filter, call.Get(take) ?? UsualCount, call.Stop);
            return call.PrintTable(
                list,
                list.Items,
                "No events.",
                new("TIME (UTC)", item => CommandText.Time(item.At)),
                new("BY", item => item.By.Name, Folds: true),
                new("ADDRESS", item => item.Address ?? "-", Spare: true),
                new("ACTION", item => item.Action, Folds: true),
                new("RESULT", item => item.Succeeded ? "done" : "failed", Tone: item => item.Succeeded ? Tone.Good : Tone.Bad),
                new("WHERE", item => item.Group ?? "-", Spare: true),
                new("DETAILS", Details, Folds: true));
        });
    }

    private static async Task<AuditPage> ListAsync(
        MirrorClient client, NamespacePath? group, AuditFilter filter, int wanted, CancellationToken cancellationToken)
    {
        var items = new List<AuditEvent>();
        for (long? before = null; ;)
        {
            var page = await client.ListAuditAsync(group, filter, before, Math.Clamp(wanted - items.Count, 1, PageSize), cancellationToken);
            items.AddRange(page.Items);
            before = page.Next;
            if (before is null || items.Count >= wanted)
            {
                return new AuditPage(items, before);
            }
        }
    }

    /// <summary>The object of the action, with its other details.</summary>
    private static string Details(AuditEvent item)
    {
        string?[] about = [item.Provider is null ? null : CommandText.Address(item.Provider), item.Version, item.Platform, item.Target];
        string[] parts = [string.Join(' ', about.Where(part => !string.IsNullOrEmpty(part))), item.Detail?.ReplaceLineEndings(" ") ?? ""];
        string details = string.Join(": ", parts.Where(part => part.Length > 0));
        return details.Length == 0 ? "-" : details;
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = CommandOptions.ParseWith<DateTimeOffset?>(text =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time)
                ? time
                : throw new FormatException($"{name}: '{text}' is not a time; expected one such as 2026-11-24 or 2026-11-24T10:00Z.")),
    };
}
