using System.Text.Json.Serialization;

namespace Mirror.Web.Contracts;

/// <summary>The answer of <c>/health/ready</c>.</summary>
/// <param name="Status"><c>ready</c> or <c>not ready</c>.</param>
/// <param name="Reason">Why the server should get no requests; null: it is ready, or still starting.</param>
/// <param name="Storage"><c>full</c> if the last package could not be stored, <c>unavailable</c> if the package store does not respond.</param>
internal sealed record HealthDocument(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Storage = null)
{
    [JsonIgnore]
    public bool IsReady => Status == "ready";
}
