using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Groups;

/// <param name="MayGrant">The highest role that the user may grant.</param>
/// <param name="Openable">The groups whose members the user may see too.</param>
public sealed record MembersContent(
    Role MayGrant, IReadOnlyList<Member> Members, IReadOnlyList<GroupMapping> Mappings, IReadOnlyList<string> Openable);

/// <summary>The members of a group or workspace and their roles.</summary>
public sealed partial class MembersPage(Members members, GroupMappings mappings)
{
    protected override AccessAction Needs => AccessAction.ManageMembers;

    protected override async Task<MembersContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken)
    {
        var listed = await members.ListAsync(scope, cancellationToken);
        var mapped = await mappings.ListAsync(scope, cancellationToken);
        return new MembersContent(
            Enum.GetValues<Role>().Where(role => AccessPolicy.MayGrant(user, role, scope)).Max(),
            listed,
            mapped,
            await FindOpenableAsync([.. listed.Select(member => member.From), .. mapped.Select(mapping => mapping.From)], user, cancellationToken));
    }

    protected override int CountItems(MembersContent content) => content.Members.Count + content.Mappings.Count;

    private Task AddMemberAsync() => ShowMemberAsync(Texts.AddMember, null, Role.Viewer);

    private Task ChangeRoleAsync(Member member) =>
        ShowMemberAsync(Texts.RoleOf.With(member.Principal.Name), member.Principal.Name, member.Role);

    private Task ShowMemberAsync(string title, string? principal, Role role) => ShowFormAsync<MemberDialog>(
        title,
        new DialogParameters<MemberDialog>
        {
            { x => x.Principal, principal },
            { x => x.Role, role },
            { x => x.MayGrant, Content!.MayGrant },
            { x => x.Save, SetAsync },
        });

    private async Task<string?> SetAsync(PrincipalName name, Role role)
    {
        var result = await ChangeAsync(
            (scope, by) => members.SetAsync(scope, name, role, by, CancellationToken.None),
            outcome => outcome switch
            {
                MemberOutcome.ExceedsOwnRole => new Notification(Texts.NoHigherRole, true),
                MemberOutcome.NoSuchPrincipal => null,
                _ => new Notification(Texts.MemberSet.With(name, RoleText.WithArticle(role)), false),
            });
        return result is { IsPermitted: true, Outcome: MemberOutcome.NoSuchPrincipal } ? Texts.NoSuchPrincipal.With(name) : null;
    }

    private async Task RemoveAsync(string member)
    {
        var name = PrincipalName.Parse(member);
        var text = new DeletionText(Texts.RemoveMemberQuestion.With(name), [], Texts.InheritedRolesRemain);
        if (await ConfirmAsync(Texts.RemoveMember, Texts.Remove, text))
        {
            await ChangeAsync(
                (scope, by) => members.RemoveAsync(scope, name, by, CancellationToken.None),
                _ => new Notification(Texts.NoRoleHereAnyMore.With(name), false));
        }
    }

    private Task AddMappingAsync() => ShowMappingAsync(Texts.AddMapping, null, Role.Viewer);

    private Task ChangeMappingAsync(GroupMapping mapping) =>
        ShowMappingAsync(Texts.RoleOf.With(mapping.OidcGroup), mapping.OidcGroup, mapping.Role);

    private Task ShowMappingAsync(string title, string? oidcGroup, Role role) => ShowFormAsync<GroupMappingDialog>(
        title,
        new DialogParameters<GroupMappingDialog>
        {
            { x => x.OidcGroup, oidcGroup },
            { x => x.Role, role },
            { x => x.MayGrant, Content!.MayGrant },
            { x => x.Save, MapAsync },
        });

    private Task MapAsync(string group, Role role) => ChangeAsync(
        (scope, by) => mappings.SetAsync(scope, group, role, by, CancellationToken.None),
        outcome => outcome == GroupMappingOutcome.ExceedsOwnRole
            ? new Notification(Texts.NoHigherRole, true)
            : new Notification(Texts.MappingSet.With(group, RoleText.WithArticle(role)), false));

    private async Task UnmapAsync(string group)
    {
        var text = new DeletionText(Texts.RemoveMappingQuestion.With(group), [], Texts.OtherRolesRemain);
        if (await ConfirmAsync(Texts.RemoveMapping, Texts.Remove, text))
        {
            await ChangeAsync(
                (scope, by) => mappings.RemoveAsync(scope, group, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.NoRoleHereAnyMore.With(group), false));
        }
    }
}
