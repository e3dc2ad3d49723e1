using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Jobs;
using Mirror.Web.Features.Setup;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Jobs;

/// <summary>
/// Jobs, one for each Terraform run in a workspace or group. Callers who may read there may create one, with no more permissions than their
/// own. The job itself, its creator, and callers who may change the mirror can read its summary and end it.
/// </summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/groups/{group}/jobs").WithTags("Jobs").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        jobs.MapPost("", CreateAsync).WithName("CreateJob")
            .WithSummary("Create a job for one Terraform run; returns a short-lived token and the URLs to use with it")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        jobs.MapGet("/{id:long}", GetAsync).WithName("GetJob")
            .WithSummary("Get what a job used, cached and failed to cache; available for a day after its end");
        jobs.MapDelete("/{id:long}", EndAsync).WithName("EndJob").WithSummary("End a job and revoke its token");
    }

    private static async Task<Results<Created<NewJob>, ProblemHttpResult>> CreateAsync(
        ResolvedNamespace scope, CurrentUser user, JobService jobs, ServerAddresses addresses, MirrorOptions options, HttpContext context,
        CancellationToken cancellationToken,
        [Description("The lifetime of the job, such as 30m; 1m to 24h")] string lifetime = "2h")
    {
        if (user.Subject.JobId is not null)
        {
            throw ApiProblemException.Forbidden("A job cannot create jobs. Use the token that created it.");
        }

        if (await jobs.CreateAsync(scope, user.Subject, user.SeesProtected, ParseLifetime(lifetime), cancellationToken) is not { } job)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "60";
            return Problems.Create(
                StatusCodes.Status429TooManyRequests,
                "Too many jobs",
                $"{JobService.CallerName(user.Principal)} has too many jobs; at most {JobLimits.OpenPerCaller} open ones and "
                + $"{JobLimits.PerWindow} new ones per hour are allowed.");
        }

        var client = addresses.ConfigurationFor(scope.Path, context.Request.ClientUrl(options));
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/jobs/{job.Id}", job with
        {
            NetworkMirrorUrl = options.Protocols.NetworkMirror ? client.MirrorUrl : null,
            Registries = Registries(client, options),
            OwnHostname = options.Protocols.Registry ? options.OwnHostname?.Value : null,
        });
    }

    private static async Task<Ok<JobSummary>> GetAsync(
        long id, ResolvedNamespace scope, CurrentUser user, JobService jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindTheirsAsync(scope, id, jobs, user, cancellationToken));

    private static async Task<NoContent> EndAsync(
        long id, ResolvedNamespace scope, CurrentUser user, JobService jobs, CancellationToken cancellationToken)
    {
        await FindTheirsAsync(scope, id, jobs, user, cancellationToken);
        await jobs.EndAsync(scope, id, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }

    // A job names providers that not every reader may see.
    private static async Task<JobSummary> FindTheirsAsync(
        ResolvedNamespace scope, long id, JobService jobs, CurrentUser user, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(scope, id, cancellationToken) ?? throw ApiProblemException.NotFound(
            $"There is no job {id}; ended jobs are kept for a day.");
        bool theirs = user.Subject.JobId == id || user.Subject.PrincipalId is { } caller && caller == job.MadeById;
        return theirs || user.May(AccessAction.ChangeMirror)
            ? job
            : throw ApiProblemException.Forbidden($"Job {id} belongs to another caller; use the job's own token.");
    }

    /// <summary>Most configurations use the public registries, and a host block lets the client verify the publisher itself.</summary>
    private static IReadOnlyList<JobRegistry> Registries(ClientConfiguration client, MirrorOptions options) =>
        options.Protocols.SignedPassThrough
        ? [.. from host in new[] { ProviderHostname.Default, ProviderHostname.OpenTofu }
              where options.Upstream.IsAllowed(host)
              let urls = client.RegistryUrls(host)
              where urls is not null
              select new JobRegistry(host.Value, urls.Value.Providers, urls.Value.Modules)]
        : [];

    private static TimeSpan ParseLifetime(string text) =>
        Quantity.TryParseDuration(text, out var lifetime) && lifetime >= JobLimits.MinLifetime && lifetime <= JobLimits.MaxLifetime
            ? lifetime
            : throw ApiProblemException.Invalid($"lifetime: '{text}' is not valid; expected a duration of 1m to 24h, such as '2h'.");
}
