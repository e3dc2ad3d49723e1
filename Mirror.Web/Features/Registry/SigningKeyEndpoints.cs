using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The keys of registry namespaces, whose signatures new versions of providers need.</summary>
internal static class SigningKeyEndpoints
{
    // In bytes: an armored key in JSON.
    private const int MaxBody = 1 << 20;

    public static void MapSigningKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/groups/{group}/registry/namespaces/{name}/keys").WithTags(RegistryRequests.Tag);
        keys.MapGet("", ListAsync).WithName("ListSigningKeys").WithSummary("List the signing keys of a registry namespace")
            .RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);

        var change = keys.MapGroup("").RequireAccess(AccessAction.ManageSettings).ProducesProblem(StatusCodes.Status409Conflict);
        change.MapPost("", AddAsync).WithName("AddSigningKey")
            .WithSummary("Add a signing key; with its private part, this instance signs imported providers")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody))
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        change.MapPost("/generate", GenerateAsync).WithName("GenerateSigningKey")
            .WithSummary("Generate a signing key whose private part only this instance has")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        change.MapPost("/{fingerprint}/retire", RetireAsync).WithName("RetireSigningKey")
            .WithSummary("Accept no new versions that a key signed; earlier ones stay available");
        change.MapPost("/{fingerprint}/revoke", RevokeAsync).WithName("RevokeSigningKey")
            .WithSummary("Withhold all versions that a key signed; this is final");
    }

    private static async Task<Ok<PublishingKeyList>> ListAsync(
        string name, RegistryNamespaces registry, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PublishingKeyList((await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken)).Keys));

    private static async Task<Created<PublishingKey>> AddAsync(
        string name,
        NewPublishingKey key,
        PublishingKeys keys,
        RegistryNamespaces registry,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken);
        return Created(scope, target, (key.AsciiArmor, key.PrivateKey) switch
        {
            ({ } armor, null) => await keys.AddAsync(target, armor, user.Principal, cancellationToken),
            (null, { } secret) => await keys.AddPrivateAsync(target, secret, user.Principal, cancellationToken),
            _ => throw ApiProblemException.Invalid("Expected either asciiArmor, the public key, or privateKey, which contains it."),
        });
    }

    private static async Task<Created<PublishingKey>> GenerateAsync(
        string name,
        NewGeneratedKey key,
        PublishingKeys keys,
        RegistryNamespaces registry,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken);
        return Created(scope, target, await keys.GenerateAsync(target, key.Owner, user.Principal, cancellationToken));
    }

    private static async Task<NoContent> RetireAsync(
        string name,
        string fingerprint,
        PublishingKeyChange change,
        PublishingKeys keys,
        RegistryNamespaces registry,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken);
        string key = ParseFingerprint(fingerprint);
        return Changed(target, key, await keys.RetireAsync(target, key, CheckReason(change.Reason), user.Principal, cancellationToken));
    }

    private static async Task<NoContent> RevokeAsync(
        string name,
        string fingerprint,
        PublishingKeyChange change,
        PublishingKeys keys,
        RegistryNamespaces registry,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken);
        string key = ParseFingerprint(fingerprint);
        string reason = CheckReason(change.Reason)
            ?? throw ApiProblemException.Invalid("reason: expected a text, because users of the withheld versions see it.");
        return Changed(target, key, await keys.RevokeAsync(target, key, reason, user.Principal, cancellationToken));
    }

    private static Created<PublishingKey> Created(ResolvedNamespace scope, RegistryNamespace target, Outcome<PublishingKey> added) =>
        added.TryGet(out var key)
            ? TypedResults.Created(
                $"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/registry/namespaces/{target.Name}/keys/{key.Fingerprint}", key)
            : throw ApiProblemException.Of(added.Failure);

    private static NoContent Changed(RegistryNamespace target, string fingerprint, PublishingKeyOutcome outcome) => outcome switch
    {
        PublishingKeyOutcome.NotFound => throw ApiProblemException.NotFound($"'{target.Name}' has no key {fingerprint}."),
        PublishingKeyOutcome.Unchanged => throw ApiProblemException.Conflict(
            $"The key {fingerprint} of '{target.Name}' was already retired or revoked."),
        _ => TypedResults.NoContent(),
    };

    private static string ParseFingerprint(string text) => KeyFingerprint.TryParse(text, out string? fingerprint)
        ? fingerprint
        : throw ApiProblemException.Invalid(
            $"'{Problems.Shorten(text)}' is not a key fingerprint; expected {KeyFingerprint.Length} hexadecimal digits.");

    /// <returns>Null if there is none.</returns>
    private static string? CheckReason(string? reason) => string.IsNullOrWhiteSpace(reason)
        ? null
        : reason.Any(char.IsControl)
            ? throw ApiProblemException.Invalid("reason: expected one line of text without control characters.")
            : reason;
}
