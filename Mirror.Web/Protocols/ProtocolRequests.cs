using System.Globalization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Jobs;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols;

/// <summary>What the protocols do alike: who asks, in which namespace, and how what was found is sent.</summary>
internal static class ProtocolRequests
{
    private const string Job = "job";

    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>For a document, to which clients send their token: checks access and lets the protocol answer.</summary>
    public static async Task AnswerAsync(
        HttpContext context, NamespacePath path, ISourceAddress source, Func<ResolvedNamespace, AccessSubject, Task> answer)
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        var found = await access.CheckAsync(subject, AccessAction.Read, path, source, context.RequestAborted);
        if (found is { IsAllowed: true, Scope: { } scope })
        {
            await RunAsync(context, () => answer(scope, subject));
            return;
        }

        await AccessDenied.Prepare(context, found, AccessAction.Read, path.Value).WriteAsync(context);
    }

    /// <summary>
    /// For a file that a document links to, where clients send no credentials: where not everybody may read, the link must
    /// carry a signature that <see cref="PackageLinks"/> made for just this file. A link that names a job stands for it.
    /// </summary>
    /// <param name="findDigest">Tells which bytes the link of a package speaks of; null for a version's other files.</param>
    public static async Task AnswerFileAsync(
        HttpContext context, NamespacePath path, ISourceAddress source, ProviderVersion version, string fileName,
        Func<ResolvedNamespace, ValueTask<Sha256Digest?>>? findDigest, Func<ResolvedNamespace, AccessSubject, Task> answer)
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        var found = await access.CheckAsync(subject, AccessAction.Read, path, source, context.RequestAborted);
        bool namesJob = context.Request.QueryString.HasValue && context.Request.Query.ContainsKey(Job);
        bool linked = found.Scope is { } linkedScope
            && (namesJob || !found.IsAllowed)
            && await IsLinkValidAsync(context, linkedScope, source, version, fileName, findDigest);
        if (found.Scope is { } scope && (linked || found.IsAllowed))
        {
            var asks = linked && JobOf(context) is { } job ? await access.FindJobAsync(context, job) ?? subject : subject;
            await RunAsync(context, () => answer(scope, asks));
        }
        else if (found.Decision == AccessDecision.Hide)
        {
            // Whether or not it is there.
            await AccessDenied.Prepare(context, found, AccessAction.Read, path.Value).WriteAsync(context);
        }
        else
        {
            context.Response.Headers.CacheControl = "no-store";
            if (context.Request.Query.ContainsKey("signature"))
            {
                AccessDenied.RecordLink(context, found, path.Value);
            }

            await Http.Problems.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "The link is not valid",
                "It is missing its signature, was altered, or has expired; the version's document, read with a token, has a new one.");
        }
    }

    public static Task AnswerDocumentAsync(HttpContext context, Outcome<ReadyDocument> made) =>
        made.TryGet(out var document)
            ? DocumentAnswers.WriteAsync(context, document, DocumentAnswers.Json)
            : FailureAnswers.WriteAsync(context, made.Failure);

    /// <summary>Notes, where a job asks, what came of a document or package.</summary>
    /// <param name="version">Null: the list of versions.</param>
    /// <param name="failure">Why it is not served, or null.</param>
    public static void Note(HttpContext context, AccessSubject subject, ISourceAddress source, ProviderVersion? version, Failure? failure)
    {
        if (subject.JobId is { } job)
        {
            context.RequestServices.GetRequiredService<JobRecords>().Note(job, source, version, failure);
        }
    }

    /// <summary>Notes, where a job asks, what becomes of a package or of a module's archive.</summary>
    public static void NoteDelivery(
        HttpContext context, AccessSubject subject, ISourceAddress source, ProviderVersion version, Outcome<PackageDelivery> found)
    {
        if (!found.TryGet(out var package))
        {
            Note(context, subject, source, version, found.Failure);
        }
        else if (subject.JobId is { } job)
        {
            context.RequestServices.GetRequiredService<JobRecords>().Follow(job, source, version, package);
        }
    }

    /// <summary>Sends a provider's package and counts its use.</summary>
    public static async Task AnswerPackageAsync(
        HttpContext context,
        ResolvedNamespace scope,
        AccessSubject subject,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Outcome<PackageDelivery> found)
    {
        NoteDelivery(context, subject, provider, version, found);
        bool hit = found.TryGet(out var package) && package.IsComplete;
        if (await SendAsync(context, scope, provider, ArchiveFormat.Zip, found))
        {
            context.RequestServices.GetRequiredService<TrafficCounters>()
                .RecordServed(scope.RootGroupId, provider, context.Response.ContentLength ?? 0, hit);
            context.RequestServices.GetRequiredService<PackageUsage>().Record(scope.RootGroupId, provider, version, platform);
        }
    }

    /// <returns>Whether it was sent to the end.</returns>
    public static async Task<bool> SendAsync(
        HttpContext context, ResolvedNamespace scope, ISourceAddress source, ArchiveFormat format, Outcome<PackageDelivery> found)
    {
        if (!found.TryGet(out var package))
        {
            await FailureAnswers.WriteAsync(context, found.Failure);
            return false;
        }

        using (package)
        {
            bool isPublic = scope.AnonymousRead
                && !await context.RequestServices.GetRequiredService<ProtectedContent>()
                    .ContainsAsync(scope, source, context.RequestAborted);
            return await PackageAnswers.WriteAsync(context, package, format, isPublic);
        }
    }

    private static async ValueTask<bool> IsLinkValidAsync(
        HttpContext context,
        ResolvedNamespace scope,
        ISourceAddress source,
        ProviderVersion version,
        string fileName,
        Func<ResolvedNamespace, ValueTask<Sha256Digest?>>? findDigest)
    {
        string? signature = context.Request.Query["signature"];
        if (string.IsNullOrEmpty(signature))
        {
            return false;
        }

        Sha256Digest? digest = findDigest is null ? null : await findDigest(scope);
        return await context.RequestServices.GetRequiredService<PackageLinks>().IsValidAsync(
            new LinkedFile(scope, source, version, fileName, digest) { JobId = JobOf(context) },
            context.Request.Query["expires"],
            signature,
            context.RequestAborted);
    }

    private static long? JobOf(HttpContext context) =>
        long.TryParse(context.Request.Query[Job], NumberStyles.None, CultureInfo.InvariantCulture, out long job) ? job : null;

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
