namespace Mirror.Core.Access;

public enum AccessDecision
{
    Allow,

    /// <summary>The caller may see the namespace, but not do this: 403.</summary>
    Deny,

    /// <summary>The caller has no role there: 404, so that names do not leak.</summary>
    Hide,

    /// <summary>The caller is not signed in, or the credentials are invalid: 401.</summary>
    SignIn,
}
