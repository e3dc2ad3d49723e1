using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>Members of groups and workspaces: users, service accounts, and groups of the OpenID provider.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var members = api.MapGroup("/groups/{group}").WithTags("Members").RequireAccess(AccessAction.ManageMembers);
        members.MapGet("/members", ListAsync).WithName("ListMembers")
            .WithSummary("List the members of a group or workspace, including inherited ones");
        members.MapPut("/members/{principal}", SetAsync).WithName("SetMember")
            .WithSummary("Set the role of a user, or of a service account such as platform%2Fci");
        members.MapDelete("/members/{principal}", RemoveAsync).WithName("RemoveMember")
            .WithSummary("Remove a role that was granted here");
        members.MapPut("/group-mappings", SetMappingAsync).WithName("SetGroupMapping")
            .WithSummary("Map a group of the OpenID provider to a role");
        members.MapDelete("/group-mappings", RemoveMappingAsync).WithName("RemoveGroupMapping")
            .WithSummary("Remove the role of a group of the OpenID provider");
    }

    private static async Task<Ok<MemberList>> ListAsync(
        Members members, GroupMappings mappings, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            new MemberList(await members.ListAsync(scope, cancellationToken), await mappings.ListAsync(scope, cancellationToken)));

    private static async Task<Ok<Member>> SetAsync(
        string principal, MemberRole role, Members members, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var (name, given) = (Parse(principal), role.Role);
        return await members.SetAsync(scope, name, given, user.Subject, cancellationToken) switch
        {
            MemberOutcome.NoSuchPrincipal => throw ApiProblemException.NotFound(
                name.Home is null
                    ? $"There is no user '{name}'. Name a service account with its group, such as '{scope.Path}/ci'."
                    : $"There is no service account '{name}'."),
            MemberOutcome.ExceedsOwnRole => throw ApiProblemException.ExceedsOwnRole(user),
            _ => TypedResults.Ok(new Member(
                new Principal(name.Home is null ? PrincipalKind.User : PrincipalKind.ServiceAccount, name.ToString()),
                given,
                scope.Path.Value,
                Inherited: false)),
        };
    }

    private static async Task<NoContent> RemoveAsync(
        string principal, Members members, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var name = Parse(principal);
        return await members.RemoveAsync(scope, name, user.Subject, cancellationToken) == MemberOutcome.Removed
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound(
                $"'{name}' has no role granted in '{scope.Path}' itself; remove an inherited role in the group that grants it.");
    }

    private static async Task<Ok<GroupMapping>> SetMappingAsync(
        NewGroupMapping mapping, GroupMappings mappings, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var (role, oidcGroup) = (mapping.Role, mapping.OidcGroup);
        if (oidcGroup.Length == 0 || oidcGroup.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid(
                $"oidcGroup: expected the group's name at the OpenID provider, up to {GroupMapping.MaxNameLength} characters.");
        }

        var outcome = await mappings.SetAsync(scope, oidcGroup, role, user.Subject, cancellationToken);
        return outcome == GroupMappingOutcome.ExceedsOwnRole
            ? throw ApiProblemException.ExceedsOwnRole(user)
            : TypedResults.Ok(new GroupMapping(oidcGroup, role, scope.Path.Value, Inherited: false));
    }

    private static async Task<NoContent> RemoveMappingAsync(
        string oidcGroup, GroupMappings mappings, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await mappings.RemoveAsync(scope, oidcGroup, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound(
                $"The group '{oidcGroup}' has no role granted in '{scope.Path}' itself; remove inherited roles where they are granted.");

    private static PrincipalName Parse(string segment)
    {
        string text = RoutePath.Decode(segment);
        return PrincipalName.TryParse(text, out var name)
            ? name
            : throw ApiProblemException.Invalid(
                $"'{text}' is not a user or service account; expected a user name, or a service account such as 'platform%2Fci'.");
    }
}
