using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Mirror.Core.Access;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>
/// Requires permission for an action: in the namespace of the route's <c>group</c>, or on the instance if the route has none.
/// Resolves the namespace, which <see cref="CurrentUser"/> keeps for the handler.
/// </summary>
/// <param name="action">Null requires only a valid token, for requests about the caller.</param>
internal sealed class AccessRequirement(AccessAction? action) : AuthorizationHandler<AccessRequirement>, IAuthorizationRequirement
{
    private const string Instance = "this instance";

    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        var http = (HttpContext)context.Resource!;
        var user = http.RequestServices.GetRequiredService<CurrentUser>();
        if (await DenyAsync(http, user) is { } denied)
        {
            user.Denied = denied;
        }
        else
        {
            context.Succeed(requirement);
        }
    }

    private async ValueTask<AccessDenied?> DenyAsync(HttpContext http, CurrentUser user)
    {
        var access = http.RequestServices.GetRequiredService<AccessControl>();
        if (user.Subject.IsAnonymous && AccessControl.PresentedToken(http.Request) is not null)
        {
            // Its sender would take what anonymous requests may read for all there is.
            return AccessDenied.Prepare(
                http,
                new NamespaceAccess(AccessDecision.SignIn, user.Subject, null, false),
                action ?? AccessAction.Read,
                http.GetRouteValue("group") is string named ? RoutePath.Decode(named) : Instance);
        }

        if (http.GetRouteValue("group") is not string segment)
        {
            var (needed, decision) = DecideInstance(access, user.Subject);
            return decision == AccessDecision.Allow
                ? null
                : AccessDenied.Prepare(http, new NamespaceAccess(decision, user.Subject, null, false), needed, Instance);
        }

        string text = RoutePath.Decode(segment);
        if (!NamespacePath.TryParse(text, out var path))
        {
            return new AccessDenied(
                StatusCodes.Status400BadRequest,
                "Invalid request",
                $"'{Problems.Shorten(text)}' is not a namespace path; expected a path such as 'default', with '%2F' between nested names.");
        }

        var needs = action ?? AccessAction.Read;
        user.Access = await access.CheckAsync(user.Subject, needs, path, Source(http.Request.RouteValues), http.RequestAborted);
        return user.Access.IsAllowed ? null : AccessDenied.Prepare(http, user.Access, needs, path.Value);
    }

    /// <summary>Outside namespaces, everything except reading the instance's public information is for administrators.</summary>
    private (AccessAction Action, AccessDecision Decision) DecideInstance(AccessControl access, AccessSubject subject) => action switch
    {
        null => (AccessAction.Read, subject.IsAnonymous ? AccessDecision.SignIn : AccessDecision.Allow),
        AccessAction.Read => (AccessAction.Read, access.CheckInstance(subject)),
        AccessAction.UseOwnAccount => (AccessAction.UseOwnAccount, AccessPolicy.Decide(subject, AccessAction.UseOwnAccount, null)),
        _ => (AccessAction.Administer, AccessPolicy.Decide(subject, AccessAction.Administer, null)),
    };

    /// <summary>The provider or module of the route, whose content may be protected.</summary>
    private static ISourceAddress? Source(RouteValueDictionary route) =>
        ProviderAddress.TryParse($"{route["hostname"]}/{route["namespace"]}/{route["type"]}", out var provider) ? provider
        : ModuleAddress.TryParse($"{route["hostname"]}/{route["namespace"]}/{route["name"]}/{route["system"]}", out var module) ? module
        : null;
}

/// <summary>An authorization policy for each <see cref="AccessAction"/>, for bearer tokens, and the middleware that applies them.</summary>
public static class AccessPolicies
{
    private const string AnyUser = "AnyUser";

    internal static IServiceCollection AddAccessPolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessDeniedResultHandler>();
        return services.AddAuthorization(options =>
        {
            options.AddPolicy(AnyUser, policy => Require(policy, null));
            foreach (var action in Enum.GetValues<AccessAction>())
            {
                options.AddPolicy(action.ToString(), policy => Require(policy, action));
            }
        });
    }

    /// <summary>
    /// Denies unauthorized requests with a problem document before their body and parameters are read. The namespace is the route's
    /// <c>group</c>; a route without one concerns the instance. Handlers take the caller as <see cref="CurrentUser"/>.
    /// </summary>
    public static TBuilder RequireAccess<TBuilder>(this TBuilder builder, AccessAction action)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(new NeedsAccess(action.ToString()));

    /// <summary>Denies requests without a valid token.</summary>
    public static TBuilder RequireAuthentication<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(new NeedsAccess(AnyUser));

    /// <summary>Call after routing. Endpoints without such a policy skip it; pages have a separate pipeline.</summary>
    internal static void UseAccessPolicies(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<NeedsAccess>() is not null,
        branch => branch.UseAuthorization());

    private static void Require(AuthorizationPolicyBuilder policy, AccessAction? action) =>
        policy.AddAuthenticationSchemes(BearerAuthentication.SchemeName).AddRequirements(new AccessRequirement(action));

    /// <summary>
    /// Distinguishes these endpoints from pages. The framework refuses to run an endpoint with this metadata that was not authorized.
    /// </summary>
    private sealed class NeedsAccess(string policy) : AuthorizeAttribute(policy);
}

/// <summary>Writes the response of a denied <see cref="AccessRequirement"/>; pages get the framework's.</summary>
internal sealed class AccessDeniedResultHandler : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _pages = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result) =>
        !result.Succeeded && context.RequestServices.GetRequiredService<CurrentUser>().Denied is { } denied
            ? denied.ToResult().ExecuteAsync(context)
            : _pages.HandleAsync(next, context, policy, result);
}
