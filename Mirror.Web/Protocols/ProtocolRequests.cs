using System.Globalization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Hosted;
using Mirror.Core.Jobs;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols;

/// <summary>Shared by all protocols: authentication, namespace resolution, and sending documents and packages.</summary>
internal static class ProtocolRequests
{
    private const string Job = "job";

    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Checks access to a document, for which clients send their token, and calls the protocol.</summary>
    /// <param name="source">The requested provider or module.</param>
    /// <param name="answer">Receives the provider or module to serve, which a route may have replaced.</param>
    /// <param name="namesGroup">Whether the request itself names the group. Otherwise a denial does not name it either.</param>
    public static async Task ServeAsync<TSource>(
        HttpContext context, NamespacePath path, TSource source, Func<ResolvedNamespace, AccessSubject, TSource, Task> answer,
        bool namesGroup = true)
        where TSource : class, ISourceAddress
    {
        var subject = await context.RequestServices.GetRequiredService<AccessControl>().IdentifyAsync(context);
        var (found, served) = await CheckAsync(context, subject, path, source);
        if (found is { IsAllowed: true, Scope: { } scope })
        {
            await RunAsync(context, () => answer(scope, subject, served));
            return;
        }

        await DenyAsync(context, found, path, source, namesGroup);
    }

    /// <summary>
    /// Checks access to a file that a document links to, for which clients send no credentials: unless anonymous users may read, the link
    /// needs a signature of <see cref="PackageLinks"/> for exactly this file. A link that names a job acts for that job.
    /// </summary>
    /// <param name="source">The requested provider or module.</param>
    /// <param name="findDigest">Finds the digest to which a package's link is bound; null for a version's other files.</param>
    /// <param name="answer">Receives the provider or module to serve, which a route may have replaced.</param>
    /// <param name="namesGroup">Whether the request itself names the group. Otherwise a denial does not name it either.</param>
    public static async Task ServeFileAsync<TSource>(
        HttpContext context, NamespacePath path, TSource source, ProviderVersion version, string fileName,
        Func<ResolvedNamespace, TSource, ValueTask<Sha256Digest?>>? findDigest, Func<ResolvedNamespace, AccessSubject, TSource, Task> answer,
        bool namesGroup = true)
        where TSource : class, ISourceAddress
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        var (found, served) = await CheckAsync(context, subject, path, source);
        bool namesJob = context.Request.QueryString.HasValue && context.Request.Query.ContainsKey(Job);
        bool linked = found.Scope is { } linkedScope
            && (namesJob || !found.IsAllowed)
            && await IsLinkValidAsync(context, linkedScope, served, version, fileName, findDigest);
        if (found.Scope is { } scope && (linked || found.IsAllowed))
        {
            var asks = linked && JobOf(context) is { } job ? await access.FindJobAsync(context, job) ?? subject : subject;
            await RunAsync(context, () => answer(scope, asks, served));
        }
        else if (found.Decision == AccessDecision.Hide)
        {
            // The same whether or not the file exists.
            await DenyAsync(context, found, path, source, namesGroup);
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
                "Invalid link",
                "The link is unsigned, altered or expired. Request the version's document with a token to get a new link.");
        }
    }

    public static Task ServeDocumentAsync(HttpContext context, Outcome<ReadyDocument> made) =>
        made.TryGet(out var document)
            ? DocumentResponses.WriteAsync(context, document, DocumentResponses.Json)
            : FailureResponses.WriteAsync(context, made.Failure);

    /// <summary>Records what a job's request for a document or package resulted in.</summary>
    /// <param name="version">Null for the list of versions.</param>
    /// <param name="failure">Why it was not served; null if it was.</param>
    public static void Record(HttpContext context, AccessSubject subject, ISourceAddress source, ProviderVersion? version, Failure? failure)
    {
        if (subject.JobId is { } job)
        {
            context.RequestServices.GetRequiredService<JobRecords>().Note(job, source, version, failure);
        }
    }

    /// <summary>Records how a package or module archive was delivered to a job.</summary>
    public static void RecordDelivery(
        HttpContext context, AccessSubject subject, ISourceAddress source, ProviderVersion version, Outcome<PackageDelivery> found)
    {
        if (!found.TryGet(out var package))
        {
            Record(context, subject, source, version, found.Failure);
        }
        else if (subject.JobId is { } job)
        {
            context.RequestServices.GetRequiredService<JobRecords>().Follow(job, source, version, package);
        }
    }

    /// <summary>Sends a provider's package and counts its use.</summary>
    public static async Task ServePackageAsync(
        HttpContext context,
        ResolvedNamespace scope,
        AccessSubject subject,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Outcome<PackageDelivery> found)
    {
        RecordDelivery(context, subject, provider, version, found);
        bool hit = found.TryGet(out var package) && package.IsComplete;
        if (hit && await PackageRedirects.FindTargetAsync(context, package!, new PackageFileName(provider.Type, version, platform)) is { } target)
        {
            package!.Dispose();
            PackageRedirects.Write(context, target);
            context.RequestServices.GetRequiredService<TrafficCounters>()
                .RecordRedirected(scope.RootGroupId, provider, ClientName.Of(subject.Principal, scope));
            context.RequestServices.GetRequiredService<PackageUsage>().Record(scope.RootGroupId, provider, version, platform);
            return;
        }

        if (await SendAsync(context, scope, provider, ArchiveFormat.Zip, found))
        {
            context.RequestServices.GetRequiredService<TrafficCounters>()
                .RecordServed(scope.RootGroupId, provider, context.Response.ContentLength ?? 0, hit, ClientName.Of(subject.Principal, scope));
            context.RequestServices.GetRequiredService<PackageUsage>().Record(scope.RootGroupId, provider, version, platform);
        }
    }

    /// <returns>Whether it was sent completely.</returns>
    public static async Task<bool> SendAsync(
        HttpContext context, ResolvedNamespace scope, ISourceAddress source, ArchiveFormat format, Outcome<PackageDelivery> found)
    {
        if (!found.TryGet(out var package))
        {
            await FailureResponses.WriteAsync(context, found.Failure);
            return false;
        }

        using (package)
        {
            bool isPublic = scope.AnonymousRead
                && !await context.RequestServices.GetRequiredService<ProtectedContent>()
                    .ContainsAsync(scope, source, context.RequestAborted);
            return await PackageResponses.WriteAsync(context, package, format, isPublic);
        }
    }

    /// <summary>A user who may not read the group that publishes something is answered as if no group did.</summary>
    private static Task DenyAsync(
        HttpContext context, in NamespaceAccess found, NamespacePath path, ISourceAddress source, bool namesGroup)
    {
        var denied = AccessDenied.Prepare(context, found, AccessAction.Read, path.Value);
        return namesGroup || found.Decision == AccessDecision.SignIn
            ? denied.WriteAsync(context)
            : FailureResponses.WriteAsync(context, HostedRouter.NotPublished(source));
    }

    private static async ValueTask<(NamespaceAccess Access, TSource Served)> CheckAsync<TSource>(
        HttpContext context, AccessSubject subject, NamespacePath path, TSource source)
        where TSource : class, ISourceAddress
    {
        var services = context.RequestServices;
        var access = services.GetRequiredService<AccessControl>();
        if (await services.GetRequiredService<NamespaceDirectory>().FindAsync(path, context.RequestAborted) is not { } scope)
        {
            return (await access.CheckAsync(subject, AccessAction.Read, path, source, context.RequestAborted), source);
        }

        var served = services.GetRequiredService<HostedRouter>().Map(scope, source);
        return (await access.CheckAsync(subject, AccessAction.Read, scope, served, context.RequestAborted), served);
    }

    /// <summary>Whether the request has a valid signature for exactly this file.</summary>
    public static async ValueTask<bool> IsLinkValidAsync<TSource>(
        HttpContext context,
        ResolvedNamespace scope,
        TSource source,
        ProviderVersion version,
        string fileName,
        Func<ResolvedNamespace, TSource, ValueTask<Sha256Digest?>>? findDigest)
        where TSource : ISourceAddress
    {
        string? signature = context.Request.Query["signature"];
        if (string.IsNullOrEmpty(signature))
        {
            return false;
        }

        Sha256Digest? digest = findDigest is null ? null : await findDigest(scope, source);
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
            // The client disconnected; the work it caused continues.
        }
    }
}
