namespace Mirror.Core.Access;

public enum AccessDecision
{
    Allow,

    /// <summary>Known and may see, but not do: 403.</summary>
    Deny,

    /// <summary>Known, without any role there: 404, so that names do not leak.</summary>
    Hide,

    /// <summary>Nobody has signed in, or with credentials that are not valid: 401.</summary>
    SignIn,
}
