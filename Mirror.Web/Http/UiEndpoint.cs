namespace Mirror.Web.Http;

/// <summary>Marks the endpoints of the UI.</summary>
internal sealed record UiEndpoint
{
    public static UiEndpoint Instance { get; } = new();

    public static bool IsChosenFor(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<UiEndpoint>() is not null;
}
