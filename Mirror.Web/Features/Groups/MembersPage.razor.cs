using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

/// <param name="MayGrant">The highest role that the user may grant.</param>
public sealed record MembersContent(Role MayGrant, IReadOnlyList<Member> Members, IReadOnlyList<GroupMapping> Mappings);

/// <summary>The members of a group or workspace and their roles.</summary>
public sealed partial class MembersPage(Members members, GroupMappings mappings)
{
    private const string MoreThanYouHave = "You cannot grant a role higher than your own.";

    private string _name = "";
    private Role _role = Role.Viewer;
    private string? _problem;
    private string _oidcGroup = "";
    private Role _oidcRole = Role.Viewer;

    protected override AccessAction Needs => AccessAction.ManageMembers;

    protected override async Task<MembersContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        Enum.GetValues<Role>().Where(role => AccessPolicy.MayGrant(user, role, scope)).Max(),
        await members.ListAsync(scope, cancellationToken),
        await mappings.ListAsync(scope, cancellationToken));

    protected override void Reset() => (_name, _problem, _oidcGroup) = ("", null, "");

    private async Task AddAsync()
    {
        if (!PrincipalName.TryParse(_name.Trim(), out var name))
        {
            _problem = "Name a user, such as alice, or a service account with its group, such as platform/ci.";
            return;
        }

        var result = await SetAsync(name, _role);
        _problem = result is { IsPermitted: true, Outcome: MemberOutcome.NoSuchPrincipal }
            ? $"There is no user or service account {name}."
            : null;
        if (_problem is null)
        {
            _name = "";
        }
    }

    private Task SetAsync(string member, ChangeEventArgs change) =>
        Enum.TryParse<Role>(change.Value as string, out var role) ? SetAsync(PrincipalName.Parse(member), role) : Task.CompletedTask;

    private Task<ChangeResult<MemberOutcome>> SetAsync(PrincipalName name, Role role) => ChangeAsync(
        (scope, by) => members.SetAsync(scope, name, role, by, CancellationToken.None),
        outcome => outcome switch
        {
            MemberOutcome.ExceedsOwnRole => new Notification(MoreThanYouHave, true),
            MemberOutcome.NoSuchPrincipal => null,
            _ => new Notification($"{name} is now {Article(role)}.", false),
        });

    private async Task RemoveAsync(string member)
    {
        var name = PrincipalName.Parse(member);
        var text = new DeletionText($"{name} loses the role granted here.", [], "Inherited roles remain.");
        if (await ConfirmAsync("Remove member", "Remove", text))
        {
            await ChangeAsync(
                (scope, by) => members.RemoveAsync(scope, name, by, CancellationToken.None),
                _ => new Notification($"{name} has no role granted here any more.", false));
        }
    }

    private async Task MapAsync()
    {
        string group = _oidcGroup.Trim();
        var result = await ChangeAsync(
            (scope, by) => mappings.SetAsync(scope, group, _oidcRole, by, CancellationToken.None),
            outcome => outcome == GroupMappingOutcome.ExceedsOwnRole ? new Notification(MoreThanYouHave, true) : new Notification(
                $"Members of {group} are {Article(_oidcRole)} from their next sign-in.", false));
        if (result is { IsPermitted: true, Outcome: not GroupMappingOutcome.ExceedsOwnRole })
        {
            _oidcGroup = "";
        }
    }

    private async Task UnmapAsync(string group)
    {
        var text = new DeletionText(
            $"Members of {group} lose the role granted here.",
            [],
            "Inherited roles and roles granted to them by name remain.");
        if (await ConfirmAsync("Remove group", "Remove", text))
        {
            await ChangeAsync(
                (scope, by) => mappings.RemoveAsync(scope, group, by.Principal, CancellationToken.None),
                _ => new Notification($"{group} has no role granted here any more.", false));
        }
    }

    private static string Article(Role role) => role == Role.Owner ? "an owner" : $"a {role.ToString().ToLowerInvariant()}";
}
