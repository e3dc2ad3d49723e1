namespace Mirror.Web.Http;

/// <summary>The access of the user to a page about a group or workspace.</summary>
public enum PageAccess
{
    /// <summary>The namespace does not exist, or the user may not read it; the two are indistinguishable.</summary>
    Unknown,

    /// <summary>The user may read the namespace, but not this page's content.</summary>
    Denied,
    Allowed,
}

/// <summary>A page's content, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Group">As in the page's URL.</param>
/// <param name="Content">Null unless access is allowed.</param>
public sealed record Authorized<TContent>(string Group, PageAccess Access, TContent? Content)
    where TContent : class;

/// <summary>The result of a change that the user requested.</summary>
/// <param name="IsPermitted">False if the user has no permission; nothing was changed.</param>
public readonly record struct ChangeResult<TOutcome>(bool IsPermitted, TOutcome? Outcome);
