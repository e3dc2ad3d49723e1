using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Outcomes;
using Mirror.Web.Access;

namespace Mirror.Web.Protocols;

/// <summary>What the protocols do alike: who asks, in which namespace, and how what was found is sent.</summary>
internal static class ProtocolRequests
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>For a document, to which clients send their token: checks access and lets the protocol answer.</summary>
    public static async Task AnswerAsync(HttpContext context, NamespacePath path, ProviderAddress provider, Func<MirrorScope, Principal, Task> answer)
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        var found = await access.CheckAsync(subject, AccessAction.Read, path, provider, context.RequestAborted);
        if (found is { IsAllowed: true, Scope: { } scope })
        {
            await RunAsync(context, () => answer(scope, subject.Principal));
            return;
        }

        var refusal = Refusals.Prepare(context, found.Decision, subject, AccessAction.Read, found.Scope, path.Value);
        await Api.Problems.WriteAsync(context, refusal.Status, refusal.Title, refusal.Detail);
    }

    /// <summary>
    /// For a file that a document links to, where clients send no credentials: where not everybody may read, the link must
    /// carry a signature that <see cref="PackageLinks"/> made for just this file.
    /// </summary>
    /// <param name="findDigest">Tells which bytes the link of a package speaks of; null for a version's other files.</param>
    public static async Task AnswerFileAsync(
        HttpContext context, NamespacePath path, ProviderAddress provider, ProviderVersion version, string fileName,
        Func<MirrorScope, ValueTask<Sha256Digest?>>? findDigest, Func<MirrorScope, Principal, Task> answer)
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        var found = await access.CheckAsync(subject, AccessAction.Read, path, provider, context.RequestAborted);
        if (found.Scope is { } scope && (found.IsAllowed || await IsLinkValidAsync(context, scope, provider, version, fileName, findDigest)))
        {
            await RunAsync(context, () => answer(scope, subject.Principal));
        }
        else if (found is { Scope: null, Decision: AccessDecision.Hide })
        {
            var unknown = Refusals.Unknown(path.Value);
            await Api.Problems.WriteAsync(context, unknown.Status, unknown.Title, unknown.Detail);
        }
        else
        {
            context.Response.Headers.CacheControl = "no-store";
            if (context.Request.Query.ContainsKey("signature"))
            {
                Refusals.RecordLink(context, subject, found.Scope, path.Value);
            }

            await Api.Problems.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "The link is not valid",
                "It is missing its signature, was altered, or has expired; the version's document, read with a token, has a new one.");
        }
    }

    public static Task AnswerDocumentAsync(HttpContext context, Outcome<ReadyDocument> made) =>
        made.TryGet(out var document) ? DocumentAnswers.WriteAsync(context, document, DocumentAnswers.Json) : FailureAnswers.WriteAsync(context, made.Failure);

    /// <summary>Sends a package and counts its use.</summary>
    public static async Task AnswerPackageAsync(HttpContext context, MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, Outcome<PackageDelivery> found)
    {
        if (!found.TryGet(out var package))
        {
            await FailureAnswers.WriteAsync(context, found.Failure);
            return;
        }

        using (package)
        {
            var services = context.RequestServices;
            bool isPublic = scope.AnonymousRead && !await services.GetRequiredService<ProtectedContent>().ContainsAsync(scope, provider, context.RequestAborted);
            if (await PackageAnswers.WriteAsync(context, package, isPublic))
            {
                services.GetRequiredService<PackageUsage>().Record(scope.RootGroupId, provider, version, platform);
            }
        }
    }

    private static async ValueTask<bool> IsLinkValidAsync(HttpContext context, MirrorScope scope, ProviderAddress provider, ProviderVersion version, string fileName, Func<MirrorScope, ValueTask<Sha256Digest?>>? findDigest)
    {
        string? signature = context.Request.Query["signature"];
        if (string.IsNullOrEmpty(signature))
        {
            return false;
        }

        Sha256Digest? digest = findDigest is null ? null : await findDigest(scope);
        return await context.RequestServices.GetRequiredService<PackageLinks>().IsValidAsync(
            new LinkedFile(scope, provider, version, fileName, digest), context.Request.Query["expires"], signature, context.RequestAborted);
    }

    private static async Task RunAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; what it caused goes on without it.
        }
    }
}
