using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>Puts <see cref="AccessControl"/> in front of endpoints.</summary>
public static class AccessEndpoints
{
    private static readonly object SubjectKey = new();
    private static readonly object AccessKey = new();

    public static IServiceCollection AddMirrorAccess(this IServiceCollection services) =>
        services
        .AddSingleton<AdminToken>()
        .AddSingleton<IPasswordHashing, PasswordHashing>()
        .AddSingleton<RateLimits>()
        .AddSingleton<IBearerTokens>(provider => provider.GetRequiredService<AdminToken>())
        .AddSingleton<AccessControl>();

    /// <summary>
    /// Refuses requests that may not do it with a problem document. The namespace is the route's <c>group</c>; a route
    /// without one is about the instance. The handler finds who is left with <see cref="Caller"/>.
    /// </summary>
    public static TBuilder RequireAccess<TBuilder>(this TBuilder builder, AccessAction action)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Guard(context => RefuseAsync(context, action));

    /// <summary>Lets everybody pass whose token is valid: the endpoints are about whoever asks.</summary>
    public static TBuilder RequireKnownCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Guard(async context =>
        {
            var subject = await context.RequestServices.GetRequiredService<AccessControl>().IdentifyAsync(context);
            context.Items[SubjectKey] = subject;
            if (!subject.IsAnonymous)
            {
                return null;
            }

            var refusal = Refusals.Prepare(context, AccessDecision.SignIn, subject, AccessAction.Read, null, "this instance");
            return Problems.Create(refusal.Status, refusal.Title, refusal.Detail);
        });

    /// <summary>
    /// In front of all that the endpoint does, the reading of the request included: whoever may not is not told what is wrong
    /// with a body or parameter either, as an endpoint filter would.
    /// </summary>
    private static TBuilder Guard<TBuilder>(this TBuilder builder, Func<HttpContext, ValueTask<ProblemHttpResult?>> refuse)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(endpoint =>
        {
            var handle = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async context => await (await refuse(context) is { } refusal ? refusal.ExecuteAsync(context) : handle(context));
        });
        return builder;
    }

    /// <summary>Null where the request may go on; otherwise the answer to give, its headers being set already.</summary>
    private static async ValueTask<ProblemHttpResult?> RefuseAsync(HttpContext context, AccessAction action)
    {
        var access = context.RequestServices.GetRequiredService<AccessControl>();
        var subject = await access.IdentifyAsync(context);
        context.Items[SubjectKey] = subject;
        AccessDecision decision;
        MirrorScope? scope = null;
        string what = "this instance";
        if (context.GetRouteValue("group") is not string segment)
        {
            action = action is AccessAction.Read or AccessAction.UseOwnAccount ? action : AccessAction.Administer;
            decision = action == AccessAction.Read ? access.CheckInstance(subject) : AccessPolicy.Decide(subject, action, null);
        }
        else if (!NamespacePath.TryParse(Uri.UnescapeDataString(segment), out var path))
        {
            return Problems.Create(
                StatusCodes.Status400BadRequest,
                "The request is not valid",
                $"'{Problems.Shorten(Uri.UnescapeDataString(segment))}' is not a namespace path; expected one such as 'default', nested ones with '%2F' between their names.");
        }
        else
        {
            var found = await access.CheckAsync(subject, action, path, Provider(context.Request.RouteValues), context.RequestAborted);
            context.Items[AccessKey] = found;
            (decision, scope, what) = (found.Decision, found.Scope, path.Value);
        }

        if (decision == AccessDecision.Allow)
        {
            return null;
        }

        var refusal = Refusals.Prepare(context, decision, subject, action, scope, what);
        return Problems.Create(refusal.Status, refusal.Title, refusal.Detail);
    }

    /// <summary>Who sends the request; anonymous where nobody was asked for.</summary>
    public static Principal Caller(this HttpContext context) => context.Subject().Principal;

    internal static AccessSubject Subject(this HttpContext context) => context.Items[SubjectKey] as AccessSubject ?? AccessSubject.Anonymous;

    /// <summary>The route's group or workspace, in which the sender may do what was asked for.</summary>
    internal static MirrorScope Scope(this HttpContext context) =>
        context.Items[AccessKey] is NamespaceAccess { Scope: { } scope } ? scope : throw new InvalidOperationException("The route names no group, or nobody asked for access to it.");

    /// <summary>Asks for more than <see cref="RequireAccess"/> did, where a handler finds that it takes that.</summary>
    /// <exception cref="ApiProblemException">The sender may not.</exception>
    internal static void Require(this HttpContext context, AccessAction action)
    {
        var scope = context.Scope();
        var decision = AccessPolicy.Decide(context.Subject(), action, scope);
        if (decision != AccessDecision.Allow)
        {
            var refusal = Refusals.Prepare(context, decision, context.Subject(), action, scope, scope.Path.Value);
            throw new ApiProblemException(refusal.Status, refusal.Title, refusal.Detail);
        }
    }

    /// <summary>Whether the sender also sees what was fetched with a credential.</summary>
    internal static bool SeesProtected(this HttpContext context) => context.Items[AccessKey] is NamespaceAccess { SeesProtected: true };

    private static ProviderAddress? Provider(RouteValueDictionary route) =>
        ProviderAddress.TryParse($"{route["hostname"]}/{route["namespace"]}/{route["type"]}", out var provider) ? provider : null;
}
