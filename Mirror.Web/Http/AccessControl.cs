using System.Diagnostics.Metrics;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>The decision about an action in a namespace, with its inputs.</summary>
/// <param name="Scope">The namespace; null if it does not exist.</param>
/// <param name="SeesProtected">Whether the subject may also see content that was fetched with a credential.</param>
public readonly record struct NamespaceAccess(AccessDecision Decision, AccessSubject Subject, ResolvedNamespace? Scope, bool SeesProtected)
{
    public bool IsAllowed => Decision == AccessDecision.Allow;

    /// <summary>Whether the same subject may perform another action in the same namespace.</summary>
    public bool May(AccessAction action) => Scope is not null && AccessPolicy.Decide(Subject, action, Scope) == AccessDecision.Allow;
}

/// <summary>
/// Identifies the caller, resolves the namespace and applies <see cref="AccessPolicy"/>, for the protocols, the API and the pages.
/// Stateless: callers pass the result on.
/// </summary>
public sealed class AccessControl(
    MirrorOptions options,
    IEnumerable<IBearerTokens> tokens,
    Subjects subjects,
    NamespaceDirectory namespaces,
    ProtectedContent protectedContent,
    IMeterFactory meters)
{
    private const string Scheme = "Bearer ";
    private const string ApiKey = "x-api-key:";

    // Longer than any valid token; bounds what is hashed and parsed for unknown callers.
    private const int MaxTokenLength = 16 * 1024;

    private readonly IBearerTokens[] _tokens = [.. tokens];

    private readonly Counter<long> _invalidTokens = meters.Create("Mirror.Http")
        .CreateCounter<long>("mirror.tokens.invalid", "{request}", "Requests with an invalid token");

    /// <summary>Identifies the caller. A caller with an invalid token is anonymous, and the token is counted.</summary>
    public async ValueTask<AccessSubject> IdentifyAsync(HttpContext context)
    {
        return PresentedToken(context.Request) is { } token
            ? await IdentifyAsync(context, token)
            : At(context, AccessSubject.Anonymous);
    }

    /// <summary>Identifies the caller by a token that is not in the Authorization header.</summary>
    public async ValueTask<AccessSubject> IdentifyAsync(HttpContext context, string token)
    {
        var subject = await FindSubjectAsync(token, context.RequestAborted);
        if (subject.IsAnonymous)
        {
            _invalidTokens.Add(1);
        }

        return At(context, subject);
    }

    /// <summary>Finds the job that a signed link was created for; null once the job has ended.</summary>
    public async ValueTask<AccessSubject?> FindJobAsync(HttpContext context, long id) =>
        await subjects.FindAsync(id, context.RequestAborted) is { JobId: not null } job ? At(context, job) : null;

    /// <param name="source">The provider or module concerned; null if there is none.</param>
    public async ValueTask<NamespaceAccess> CheckAsync(
        AccessSubject subject, AccessAction action, NamespacePath path, ISourceAddress? source, CancellationToken cancellationToken)
    {
        if (await namespaces.FindAsync(path, cancellationToken) is { } scope)
        {
            return await CheckAsync(subject, action, scope, source, cancellationToken);
        }

        // In a root group that the subject may read, a missing path is 404; elsewhere its absence is not revealed.
        var root = await namespaces.FindAsync(NamespacePath.Parse(path.RootName), cancellationToken);
        var decision = AccessPolicy.Decide(subject, AccessAction.Read, root);
        return new NamespaceAccess(decision == AccessDecision.SignIn ? decision : AccessDecision.Hide, subject, null, false);
    }

    /// <inheritdoc cref="CheckAsync(AccessSubject, AccessAction, NamespacePath, ISourceAddress?, CancellationToken)"/>
    public async ValueTask<NamespaceAccess> CheckAsync(
        AccessSubject subject, AccessAction action, ResolvedNamespace scope, ISourceAddress? source, CancellationToken cancellationToken)
    {
        bool seesProtected = AccessPolicy.Decide(subject, AccessAction.Read, scope, isProtected: true) == AccessDecision.Allow;
        bool isProtected = !seesProtected
            && scope.AnonymousRead
            && source is not null
            && await protectedContent.ContainsAsync(scope, source, cancellationToken);
        return new NamespaceAccess(AccessPolicy.Decide(subject, action, scope, isProtected), subject, scope, seesProtected);
    }

    /// <summary>Whether the subject may read the instance's public information.</summary>
    public AccessDecision CheckInstance(AccessSubject subject) =>
        subject.IsAnonymous && !options.Auth.AnonymousRead ? AccessDecision.SignIn : AccessDecision.Allow;

    /// <summary>
    /// The request's bearer token, or null. Terralist's clients send <c>Bearer x-api-key:TOKEN</c>; OCI clients may send it as a password.
    /// </summary>
    internal static string? PresentedToken(HttpRequest request)
    {
        string? header = request.Headers[HeaderNames.Authorization];
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return OciErrors.AppliesTo(request) ? OciErrors.TokenOf(header) : null;
        }

        var token = header.AsSpan(Scheme.Length).Trim();
        return token is OciErrors.AnonymousToken ? null : (token.StartsWith(ApiKey) ? token[ApiKey.Length..] : token).ToString();
    }

    private static AccessSubject At(HttpContext context, AccessSubject subject) =>
        subject with { Principal = subject.Principal with { RemoteAddress = context.Connection.RemoteIpAddress?.ToString() } };

    private async ValueTask<AccessSubject> FindSubjectAsync(string token, CancellationToken cancellationToken)
    {
        foreach (var kind in token.Length <= MaxTokenLength ? _tokens : [])
        {
            if (await kind.FindSubjectAsync(token, cancellationToken) is { } subject)
            {
                return subject;
            }
        }

        return AccessSubject.Anonymous;
    }
}
