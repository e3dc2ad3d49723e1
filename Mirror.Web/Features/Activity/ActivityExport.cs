using System.Globalization;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Web.Contracts;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Features.Activity;

/// <summary>
/// The events of the activity as CSV, or as JSON like that of the API; for those who see the page. The address is one of the UI, because
/// browsers send the session's cookie to no other.
/// </summary>
internal static class ActivityExport
{
    public const string Csv = "csv";
    public const string Json = "json";

    /// <summary>The maximum number of events in a file.</summary>
    public const int MaxEvents = 200_000;

    private const string Address = "export/activity";
    private const string Header = "id,time,group,action,succeeded,by,by kind,address,provider,version,platform,target,detail,run\r\n";

    /// <summary>The address of a file with all events that match a state, on all pages.</summary>
    /// <param name="zone">The time zone of the days in the filter.</param>
    public static string Url(string group, string format, ActivityState state, TimeZoneInfo zone) =>
        $"{Address}?group={Uri.EscapeDataString(group)}&format={format}&zone={Uri.EscapeDataString(zone.Id)}&{(state with { Before = null }).ToQueryString()}"
            .TrimEnd('&');

    public static void MapActivityExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Address, ExportAsync).ExcludeFromDescription()
            .WithMetadata(UiEndpoint.Instance, new QueryLength(ProviderAddress.MaxLength), BoundedWork.InLane);

    private static async Task ExportAsync(HttpContext context, CurrentUser user, AuditReader audit)
    {
        string group = context.Request.Query["group"].ToString(), format = context.Request.Query["format"].ToString();
        var access = await user.CheckAsync(AccessAction.Read, group, context.RequestAborted);
        if (access is not { IsAllowed: true, Scope: { } scope })
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status404NotFound, "Not found", $"There is no group '{Problems.Shorten(group)}' that you may read.");
            return;
        }

        if (!access.May(AccessAction.ManageSettings))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "Only owners see the activity of a group.");
            return;
        }

        var state = ActivityState.FromQuery(name => context.Request.Query[name]);
        string? fault = state.ProviderProblem ?? state.TextProblem
            ?? (format is Csv or Json ? null : $"The format is not valid; expected {Csv} or {Json}.");
        if (fault is not null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "Invalid request", fault);
            return;
        }

        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(context.Request.Query["zone"].ToString(), out var found) ? found : TimeZoneInfo.Utc;
        var events = ListAsync(audit, state.ToQuery(scope, zone), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition =
            new ContentDisposition { FileName = $"activity-{group.Replace('/', '-')}.{format}" }.ToString();
        if (format == Json)
        {
            context.Response.ContentType = MediaTypeNames.Application.Json;
            await JsonSerializer.SerializeAsync(
                context.Response.Body, events, ApiJson.Default.IAsyncEnumerableAuditEvent, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        await WriteCsvAsync(context, events);
    }

    private static async IAsyncEnumerable<AuditEvent> ListAsync(
        AuditReader audit, AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int left = MaxEvents;
        for (long? before = null; left > 0;)
        {
            var page = await audit.ListAsync(
                query with { Before = before, Take = Math.Min(left, AuditQuery.MaxTake) }, cancellationToken);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            left -= page.Items.Count;
            before = page.Next;
            if (before is null)
            {
                yield break;
            }
        }
    }

    private static async Task WriteCsvAsync(HttpContext context, IAsyncEnumerable<AuditEvent> events)
    {
        const int Block = 32 * 1024;
        var text = new StringBuilder(Header);
        await foreach (var item in events)
        {
            AppendRow(text, item);
            if (text.Length > Block)
            {
                await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
                text.Clear();
            }
        }

        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static void AppendRow(StringBuilder text, AuditEvent item)
    {
        string?[] fields =
        [
            item.Id.ToString(CultureInfo.InvariantCulture),
            item.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            item.Group,
            item.Action,
            item.Succeeded ? "true" : "false",
            item.By.Name,
            item.By.Kind.ToString(),
            item.Address,
            item.Provider,
            item.Version,
            item.Platform,
            item.Target,
            item.Detail,
            item.Run,
        ];
        text.AppendJoin(',', fields.Select(CsvField.Escape)).Append("\r\n");
    }
}
