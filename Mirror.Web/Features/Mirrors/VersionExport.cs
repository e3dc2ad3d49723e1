using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Web.Contracts;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>
/// Versions as CSV, or as JSON like that of the API. All pages of a list are downloaded from an address of the UI, because browsers send
/// the session's cookie to no other.
/// </summary>
internal static class VersionExport
{
    public const string Csv = "csv";
    public const string Json = "json";

    /// <summary>The maximum number of versions in a file.</summary>
    public const int MaxVersions = 200_000;

    private const string Address = "export/provider-mirrors";
    private const string Title = "Invalid request";
    private const string Header =
        "provider,version,trust,signed by,platforms,size,cached,cached by,cached by kind,last used,hidden by policy\r\n";

    public static IReadOnlyList<string> Formats { get; } = [Csv, Json];

    /// <summary>The address of a file with all pages of a list.</summary>
    public static string Url(string group, string format, VersionListState state)
    {
        string query = (state with { Page = 1, ByProvider = false, PageSize = VersionListState.DefaultPageSize }).ToQueryString();
        return $"{Address}?group={Uri.EscapeDataString(group)}&format={format}{(query.Length > 0 ? "&" : "")}{query}";
    }

    public static string FileName(string group, string format) => $"provider-mirrors-{group.Replace('/', '-')}.{format}";

    /// <summary>The content of a file with a few versions.</summary>
    public static string Write(IReadOnlyList<VersionSummary> versions, string format) => format == Json
        ? JsonSerializer.Serialize(versions, ApiJson.Default.IReadOnlyListVersionSummary)
        : versions.Aggregate(new StringBuilder(Header), AppendRow).ToString();

    public static void MapVersionExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Address, ExportAsync).ExcludeFromDescription()
            .WithMetadata(UiEndpoint.Instance, new QueryLength(ProviderAddress.MaxLength), BoundedWork.InLane);

    private static async Task ExportAsync(HttpContext context, CurrentUser user, StoredVersions stored, TimeProvider time)
    {
        string group = context.Request.Query["group"].ToString(), format = context.Request.Query["format"].ToString();
        if (await user.CheckAsync(AccessAction.Read, group, context.RequestAborted) is not { IsAllowed: true, Scope: { } scope } access)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status404NotFound, "Not found", $"There is no group '{Problems.Shorten(group)}' that you may read.");
            return;
        }

        var state = VersionListState.FromQuery(name => context.Request.Query[name]);
        string? fault = state.SearchProblem
            ?? (state.Invalid.Length > 0 ? $"These filters are not valid: {state.Invalid}."
                : Formats.Contains(format) ? null
                : $"The format is not valid; expected {Csv} or {Json}.");
        if (fault is not null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, Title, fault);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = new ContentDisposition { FileName = FileName(group, format) }.ToString();
        var query = state.ToQuery(time.GetUtcNow()) with { Anonymous = !access.SeesProtected };
        var versions = stored.ListAsync(scope, query, MaxVersions, context.RequestAborted);
        if (format == Json)
        {
            context.Response.ContentType = MediaTypeNames.Application.Json;
            await JsonSerializer.SerializeAsync(
                context.Response.Body, versions, ApiJson.Default.IAsyncEnumerableVersionSummary, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        await WriteCsvAsync(context, versions);
    }

    private static async Task WriteCsvAsync(HttpContext context, IAsyncEnumerable<VersionSummary> versions)
    {
        const int Block = 32 * 1024;
        var text = new StringBuilder(Header);
        await foreach (var version in versions)
        {
            AppendRow(text, version);
            if (text.Length > Block)
            {
                await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
                text.Clear();
            }
        }

        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static StringBuilder AppendRow(StringBuilder text, VersionSummary version)
    {
        string?[] fields =
        [
            version.Provider.Display,
            version.Version.Value,
            TrustText.Of(version.Trust).Name,
            version.SignedBy,
            string.Join(' ', version.Platforms.Select(platform => platform.Value)),
            version.Size.ToString(CultureInfo.InvariantCulture),
            Time(version.CachedAt),
            version.CachedBy.Name,
            version.CachedBy.Kind.ToString(),
            version.LastUsedAt is { } used ? Time(used) : null,
            version.BlockedBy is { } block ? block.RevokedKey is null ? block.Reason : Texts.WithheldTooltip.With(block.Reason) : null,
        ];
        return text.AppendJoin(',', fields.Select(CsvField.Escape)).Append("\r\n");

        static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
