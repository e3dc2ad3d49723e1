using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;

namespace Mirror.Web.Contracts;

/// <summary>Selects audit events; a null property matches every event.</summary>
public sealed record AuditFilter
{
    public string? Principal { get; init; }

    /// <summary>A prefix of the action's name.</summary>
    public string? Action { get; init; }

    public bool? Succeeded { get; init; }

    public ProviderAddress? Provider { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public SearchText? Search { get; init; }
}

public sealed partial class MirrorClient
{
    /// <summary>Lists audit events, newest first.</summary>
    /// <param name="group">Null lists the whole instance.</param>
    /// <param name="before">The last id of the previous page; null starts at the newest event.</param>
    public Task<AuditPage> ListAuditAsync(
        NamespacePath? group, AuditFilter filter, long? before, int take, CancellationToken cancellationToken)
    {
        (string Name, string? Value)[] parameters =
        [
            ("take", take.ToString(CultureInfo.InvariantCulture)),
            ("before", before?.ToString(CultureInfo.InvariantCulture)),
            ("principal", filter.Principal),
            ("action", filter.Action),
            ("succeeded", filter.Succeeded switch { null => null, true => "true", false => "false" }),
            ("provider", filter.Provider?.ToString()),
            ("from", filter.From?.ToString("O", CultureInfo.InvariantCulture)),
            ("to", filter.To?.ToString("O", CultureInfo.InvariantCulture)),
            ("search", filter.Search?.Text),
        ];
        string query = string.Join(
            '&', parameters.Where(item => item.Value is not null).Select(item => $"{item.Name}={Uri.EscapeDataString(item.Value!)}"));
        return GetAsync($"{(group is null ? "api/v1" : GroupUrl(group))}/audit?{query}", ApiJson.Default.AuditPage, cancellationToken);
    }
}
