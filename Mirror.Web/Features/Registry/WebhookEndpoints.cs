using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>
/// The webhooks that Git forges call. Their only credential is the signature of the forge. Forges show the response to the users who
/// configured the webhook, so it is a short text.
/// </summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api) =>
        api.MapPost("/hooks/{id}", ReceiveAsync).WithName("DeliverWebhook").WithTags(RegistryRequests.Tag)
            .WithSummary("Receive an event from a Git forge, which proves with its headers that it knows the webhook's secret")
            .WithMetadata(new RequestSizeLimitAttribute(WebhookDelivery.MaxBody))
            .Accepts<JsonElement>(MediaTypeNames.Application.Json)
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain)
            .Produces<string>(StatusCodes.Status202Accepted, MediaTypeNames.Text.Plain)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReceiveAsync(
        string id, Webhooks webhooks, NamespaceDirectory namespaces, DeniedRequestLog denied, HttpContext context)
    {
        var request = context.Request;
        switch (await webhooks.ReceiveAsync(id, token => ReadAsync(request, token), context.RequestAborted))
        {
            case WebhookAnswer.Accepted accepted:
                return TypedResults.Text(
                    $"publishing: {accepted.Module} {accepted.Tag.Version}\n", statusCode: StatusCodes.Status202Accepted);
            case WebhookAnswer.Ignored ignored:
                return TypedResults.Text($"ignored: {ignored.Reason}\n");
            case WebhookAnswer.Malformed malformed:
                throw ApiProblemException.Invalid(malformed.Reason);
            case WebhookAnswer.Busy:
                context.Response.Headers[HeaderNames.RetryAfter] = "60";
                return Problems.Create(
                    StatusCodes.Status503ServiceUnavailable,
                    Overload.Title,
                    $"{TagQueue.MaxPending} tags of the module are not published yet. Redeliver this one later.");
            case WebhookAnswer.Refused { Module: { } module, RootGroupId: { } group }:
                denied.Record(new DeniedRequest(
                    Principal.Anonymous with { RemoteAddress = context.Connection.RemoteIpAddress?.ToString() },
                    "DeliverWebhook",
                    await namespaces.FindAsync(group, context.RequestAborted),
                    $"{module}",
                    "wrong signature"));
                throw NotFound();
            default:
                throw NotFound();
        }
    }

    private static async Task<WebhookDelivery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // Bounded by the endpoint's size limit.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return new WebhookDelivery(name => request.Headers[name] is [{ } value] ? value : null, body.ToArray());
    }

    private static ApiProblemException NotFound() => ApiProblemException.NotFound(
        "No webhook has this URL and this secret. Compare the URL and the secret in the settings of the forge with those of "
        + "'mirror module-source add'; 'mirror module-source secret' makes a new secret.");
}
