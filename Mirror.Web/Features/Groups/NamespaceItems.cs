using Mirror.Core.Access;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

/// <summary>The content of a group or workspace in words.</summary>
internal static class NamespaceItems
{
    /// <summary>One line for each kind of content; for an empty namespace, a line that states that.</summary>
    public static IReadOnlyList<string> Of(NamespaceContent content)
    {
        (int Count, string One, string Several)[] all =
        [
            (content.Versions, Texts.OneVersion, Texts.Versions),
            (content.Modules, Texts.OneModule, Texts.Modules),
            (content.Groups, Texts.OneGroup, Texts.Groups),
            (content.Workspaces, Texts.OneWorkspace, Texts.Workspaces),
            (content.Members, Texts.OneMember, Texts.MemberCount),
            (content.ServiceAccounts, Texts.OneServiceAccount, Texts.ServiceAccountCount),
            (content.Tokens, Texts.OneToken, Texts.TokenCount),
            (content.Variables, Texts.OneVariable, Texts.VariableCount),
        ];
        string[] items = [.. all.Where(item => item.Count > 0).Select(item => TextFormat.Count(item.Count, item.One, item.Several))];
        return items.Length > 0 ? items : [Texts.NothingInIt];
    }
}
