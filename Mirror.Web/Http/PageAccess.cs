namespace Mirror.Web.Http;

/// <summary>What the user may see of a page about a group or workspace.</summary>
public enum PageAccess
{
    /// <summary>There is no such namespace, or they may not read it, which is not told apart.</summary>
    Unknown,

    /// <summary>They may read the namespace, but not what the page is about.</summary>
    Denied,
    Allowed,
}

/// <summary>What a page shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Group">As the page's address has it.</param>
/// <param name="Content">Null unless access is allowed.</param>
public sealed record Authorized<TContent>(string Group, PageAccess Access, TContent? Content)
    where TContent : class;

/// <summary>The result of a change that the user asked for.</summary>
/// <param name="IsPermitted">False: they may not, or no longer; nothing was done.</param>
public readonly record struct ChangeResult<TOutcome>(bool IsPermitted, TOutcome? Outcome);
