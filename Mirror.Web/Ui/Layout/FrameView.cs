using Mirror.Core.Access;

namespace Mirror.Web.Ui.Layout;

/// <summary>The content of the frame around a page, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Group">The group or workspace that is open or was open last, or the first that the user may read; null if there is none.</param>
/// <param name="IsWorkspace">Whether it is a workspace.</param>
/// <param name="IsOpen">Whether the page is one of the group's.</param>
/// <param name="Allowed">The actions that the user may perform in it.</param>
/// <param name="IsAdmin">Whether the user administers the instance.</param>
/// <param name="User">The name of the signed-in user; null if anonymous.</param>
public sealed record FrameView(
    string? Group, bool IsWorkspace, bool IsOpen, IReadOnlyList<AccessAction> Allowed, bool IsAdmin, string? User);
