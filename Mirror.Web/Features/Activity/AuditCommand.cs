using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Activity;

/// <summary><c>mirror audit</c></summary>
internal sealed class AuditCommand : ClientCommand
{
    private const int PageSize = 500;
    private const int UsualCount = 50;

    private readonly Argument<NamespacePath?> _group = new("group-path")
    {
        Description = "The group or workspace, with what is below it. [default: the whole instance, for administrators]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (NamespacePath.TryParse(result.Tokens[0].Value, out var path))
            {
                return path;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a namespace path; expected one such as 'default' or 'platform/network'.");
            return null;
        },
        DefaultValueFactory = _ => null,
    };

    private readonly Option<string?> _action = new("--action") { Description = "What the action begins with, such as package or package.cache.", HelpName = "action" };
    private readonly Option<string?> _principal = new("--principal") { Description = "The name of who did it.", HelpName = "name" };
    private readonly Option<bool> _failed = new("--failed") { Description = "Only what was refused or failed." };
    private readonly Option<ProviderAddress?> _provider = new("--provider") { Description = "A provider source address.", HelpName = "address", CustomParser = ParseProvider };
    private readonly Option<DateTimeOffset?> _from = Time("--from", "Not before this time, such as 2026-11-24 or 2026-11-24T10:00Z; UTC where no zone is given.");
    private readonly Option<DateTimeOffset?> _to = Time("--to", "Before this time.");
    private readonly Option<SearchText?> _search = CommandOptions.Search("Words that must each stand somewhere in the event.");
    private readonly Option<int?> _take = CommandOptions.Number("--take", "How many to list at most. [default: 50]", least: 1);

    public AuditCommand()
        : base(
            "audit",
            "List what was done, refused and failed, newest first. Who, what, where, when, and from which address.",
            "mirror audit",
            "mirror audit default --failed",
            "mirror audit platform/network --action variable --principal ada --json")
    {
        Add(_group);
        Add(_action);
        Add(_principal);
        Add(_failed);
        Add(_provider);
        Add(_from);
        Add(_to);
        Add(_search);
        Add(_take);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var filter = new AuditFilter
        {
            Principal = arguments.GetValue(_principal),
            Action = arguments.GetValue(_action),
            Succeeded = arguments.GetValue(_failed) ? false : null,
            Provider = arguments.GetValue(_provider),
            From = arguments.GetValue(_from),
            To = arguments.GetValue(_to),
            Search = arguments.GetValue(_search),
        };
        var list = await ListAsync(client, arguments.GetValue(_group), filter, arguments.GetValue(_take) ?? UsualCount, cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line("No events.");
        }
        else
        {
            output.Table(["TIME (UTC)", "BY", "ADDRESS", "ACTION", "RESULT", "WHERE", "ABOUT", "DETAIL"], list.Items.Select(Row), "ADDRESS");
        }

        return ExitCodes.Success;
    }

    private static async Task<AuditListDocument> ListAsync(MirrorClient client, NamespacePath? group, AuditFilter filter, int wanted, CancellationToken cancellationToken)
    {
        var items = new List<AuditDocument>();
        for (long? before = null; ;)
        {
            var page = await client.ListAuditAsync(group, filter, before, Math.Clamp(wanted - items.Count, 1, PageSize), cancellationToken);
            items.AddRange(page.Items);
            before = page.Next;
            if (before is null || items.Count >= wanted)
            {
                return new AuditListDocument(items, before);
            }
        }
    }

    private static string[] Row(AuditDocument item)
    {
        string[] about = [.. new[] { item.Provider is null ? null : CommandText.Address(item.Provider), item.Version, item.Platform, item.Target }.OfType<string>().Where(part => part.Length > 0)];
        return
        [
            CommandText.Time(item.At),
            CommandText.By(item.By),
            item.Address ?? "-",
            item.Action,
            item.Succeeded ? "done" : "failed",
            item.Group ?? "-",
            about.Length == 0 ? "-" : string.Join(' ', about),
            item.Detail?.ReplaceLineEndings(" ") ?? "-",
        ];
    }

    private static ProviderAddress? ParseProvider(ArgumentResult result)
    {
        if (ProviderAddress.TryParse(result.Tokens[0].Value, out var provider))
        {
            return provider;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a provider source address; expected one such as 'hashicorp/aws'.");
        return null;
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            {
                return time;
            }

            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a time; expected one such as 2026-11-24 or 2026-11-24T10:00Z.");
            return null;
        },
    };
}
