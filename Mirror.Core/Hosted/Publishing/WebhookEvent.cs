using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// The report of a forge. Only the name of a tag is taken from it: the repository is always the configured one.
/// </summary>
public abstract record WebhookEvent
{
    private const int MaxShown = 100;

    private WebhookEvent()
    {
    }

    /// <summary>A tag exists or has a release.</summary>
    public sealed record Tagged(string Tag) : WebhookEvent;

    /// <summary>Nothing to publish.</summary>
    /// <param name="Reason">A clause, for the forge's list of deliveries.</param>
    public sealed record Other(string Reason) : WebhookEvent;

    /// <summary>Not a document of the forge.</summary>
    public sealed record Malformed(string Reason) : WebhookEvent;

    /// <param name="name">The kind of event, as the forge names it.</param>
    public static WebhookEvent Read(ForgeKind forge, string? name, ReadOnlySpan<byte> body)
    {
        if (name is null)
        {
            return new Malformed($"The header that names the event is missing; expected a delivery of {Names(forge)}.");
        }

        Payload? payload;
        try
        {
            payload = JsonSerializer.Deserialize(body, WebhookJson.Default.Payload);
        }
        catch (JsonException)
        {
            payload = null;
        }

        if (payload is null)
        {
            return new Malformed("The body is not a JSON document that describes an event. Select the content type application/json.");
        }

        return (forge, name) switch
        {
            (ForgeKind.GitLab, "Tag Push Hook") or (ForgeKind.GitHub or ForgeKind.Gitea, "push") => Pushed(payload),
            (ForgeKind.GitHub or ForgeKind.Gitea, "create") => payload is { RefType: "tag", Ref: { } tag }
                ? new Tagged(tag)
                : new Other($"it creates a {Shown(payload.RefType ?? "reference")}, not a tag"),
            (ForgeKind.GitHub or ForgeKind.Gitea, "release") => payload is { Action: "published", Release.TagName: { } tag }
                ? new Tagged(tag)
                : new Other($"the release was {Shown(payload.Action ?? "changed")}, not published"),
            (ForgeKind.GitLab, "Release Hook") => payload is { Action: "create", Tag: { } tag }
                ? new Tagged(tag)
                : new Other($"the release has the action '{Shown(payload.Action ?? "")}', not 'create'"),
            _ => new Other($"the event '{Shown(name)}' names no new tag"),
        };
    }

    private static WebhookEvent Pushed(Payload payload) =>
        payload.Ref is null || !payload.Ref.StartsWith(ModuleTag.ReferencePrefix, StringComparison.Ordinal)
            ? new Other($"'{Shown(payload.Ref ?? "")}' is not a tag")
        : payload.Deleted == true || payload.After is { Length: > 0 } after && after.All(c => c == '0')
            ? new Other($"'{Shown(payload.Ref)}' was deleted")
        : new Tagged(payload.Ref[ModuleTag.ReferencePrefix.Length..]);

    private static string Names(ForgeKind forge) => forge == ForgeKind.Gitea ? "Gitea or Forgejo" : $"{forge}";

    /// <summary>A text from the document, for display.</summary>
    internal static string Shown(string text) =>
        string.Concat(text.Take(MaxShown).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c))
        + (text.Length > MaxShown ? "…" : "");

    /// <summary>The members of the forges' documents that matter; all of them have many more.</summary>
    internal sealed record Payload(
        [property: JsonPropertyName("ref")] string? Ref,
        [property: JsonPropertyName("ref_type")] string? RefType,
        [property: JsonPropertyName("deleted")] bool? Deleted,
        [property: JsonPropertyName("after")] string? After,
        [property: JsonPropertyName("action")] string? Action,
        [property: JsonPropertyName("tag")] string? Tag,
        [property: JsonPropertyName("release")] PayloadRelease? Release);

    internal sealed record PayloadRelease([property: JsonPropertyName("tag_name")] string? TagName);
}

[JsonSerializable(typeof(WebhookEvent.Payload))]
internal sealed partial class WebhookJson : JsonSerializerContext;
