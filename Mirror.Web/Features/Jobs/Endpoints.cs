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
/// Jobs, each for one Terraform run in one workspace or group. Those who may read there may make one: it may do no more than
/// they. Its summary is read, and it is ended, by itself, by its maker, and by those who may change the mirror.
/// </summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/groups/{group}/jobs").WithTags("Jobs").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        jobs.MapPost("", CreateAsync).WithName("CreateJob")
            .WithSummary("Create a job for one Terraform run: a short-lived token, and where providers are found with it")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        jobs.MapGet("/{id:long}", GetAsync).WithName("GetJob")
            .WithSummary("Get what a job used and cached, and what failed; kept for a day after it has ended");
        jobs.MapDelete("/{id:long}", EndAsync).WithName("EndJob").WithSummary("End a job: its token works no longer");
    }

    private static async Task<Results<Created<NewJob>, ProblemHttpResult>> CreateAsync(
        ResolvedNamespace scope, CurrentUser user, JobService jobs, ServerAddresses addresses, MirrorOptions options, HttpContext context,
        CancellationToken cancellationToken,
        [Description("When it ends by itself, such as 30m; 1m to 24h")] string lifetime = "2h")
    {
        if (user.Subject.JobId is not null)
        {
            throw ApiProblemException.Forbidden("A job does not make further jobs; use the token that made it.");
        }

        if (await jobs.CreateAsync(scope, user.Subject, user.SeesProtected, ParseLifetime(lifetime), cancellationToken) is not { } job)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "60";
            return Problems.Create(
                StatusCodes.Status429TooManyRequests,
                "Too many jobs",
                $"{JobService.CallerName(user.Principal)} has made too many jobs; at most {JobLimits.OpenPerCaller} may be open, and {JobLimits.PerWindow} be made within an hour.");
        }

        var client = addresses.ConfigurationFor(
            scope.Path, new Uri($"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/"));
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/jobs/{job.Id}", job with
        {
            NetworkMirrorUrl = options.Protocols.NetworkMirror ? client.MirrorUrl : null,
            Registries = Registries(client, options),
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

    // It names providers that not every reader may see.
    private static async Task<JobSummary> FindTheirsAsync(
        ResolvedNamespace scope, long id, JobService jobs, CurrentUser user, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(scope, id, cancellationToken) ?? throw ApiProblemException.NotFound(
            $"There is no job {id}; those that have ended are kept for a day.");
        bool theirs = user.Subject.JobId == id || user.Subject.PrincipalId is { } caller && caller == job.MadeById;
        return theirs || user.May(AccessAction.ChangeMirror)
            ? job
            : throw ApiProblemException.Forbidden($"Job {id} is somebody else's; use its own token.");
    }

    /// <summary>
    /// The public registries are asked by nearly every configuration, and a host block has the client verify the publisher itself.
    /// </summary>
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
