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
            .WithSummary("List who has which role in a group or workspace, inherited ones included");
        members.MapPut("/members/{principal}", SetAsync).WithName("SetMember")
            .WithSummary("Give a user, or a service account such as platform%2Fci, a role in the place of the one given there before");
        members.MapDelete("/members/{principal}", RemoveAsync).WithName("RemoveMember")
            .WithSummary("Take away the role that was given there");
        members.MapPut("/group-mappings", SetMappingAsync).WithName("SetGroupMapping")
            .WithSummary("Give a group of the OpenID provider a role");
        members.MapDelete("/group-mappings", RemoveMappingAsync).WithName("RemoveGroupMapping")
            .WithSummary("Take away the role that was given to a group of the OpenID provider");
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
                name.Home is null ? $"There is no user '{name}'. Service accounts are named with their group in front, such as '{scope.Path}/ci'." : $"There is no service account '{name}'."),
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
                $"'{name}' was given no role at '{scope.Path}' itself; what is inherited is taken away where it was given.");
    }

    private static async Task<Ok<GroupMapping>> SetMappingAsync(
        NewGroupMapping mapping, GroupMappings mappings, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var (role, oidcGroup) = (mapping.Role, mapping.OidcGroup);
        if (oidcGroup.Length == 0 || oidcGroup.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid(
                $"oidcGroup: expected the group as the OpenID provider names it, up to {GroupMapping.MaxNameLength} characters.");
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
                $"The group '{oidcGroup}' was given no role at '{scope.Path}' itself; what is inherited is taken away where it was given.");

    private static PrincipalName Parse(string segment)
    {
        string text = Uri.UnescapeDataString(segment);
        return PrincipalName.TryParse(text, out var name)
            ? name
            : throw ApiProblemException.Invalid(
                $"'{text}' names no user or service account; expected a user's name, or a service account's such as 'platform%2Fci'.");
    }
}
