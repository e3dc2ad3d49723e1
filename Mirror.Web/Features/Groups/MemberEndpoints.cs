using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>Members of groups and workspaces: users, service accounts, and groups of the OpenID provider.</summary>
internal static class MemberEndpoints
{
    private const string Members = "/groups/{group}/members";
    private const string Mappings = "/groups/{group}/group-mappings";

    public static void MapMembers(this IEndpointRouteBuilder owners)
    {
        var members = owners.MapGroup("").WithTags("Members");
        members.MapGet(Members, ListAsync).WithName("ListMembers").WithSummary("Who has which role in a group or workspace, inherited ones included");
        members.MapPut(Members + "/{principal}", SetAsync).WithName("SetMember").WithSummary("Gives a user, or a service account such as platform%2Fci, a role in the place of the one given there before");
        members.MapDelete(Members + "/{principal}", RemoveAsync).WithName("RemoveMember").WithSummary("Takes away the role that was given there");
        members.MapPut(Mappings, SetMappingAsync).WithName("SetGroupMapping").WithSummary("Gives a group of the OpenID provider a role");
        members.MapDelete(Mappings, RemoveMappingAsync).WithName("RemoveGroupMapping").WithSummary("Takes away the role that was given to a group of the OpenID provider");
    }

    private static async Task<Ok<MemberListDocument>> ListAsync(string group, Members members, GroupMappings mappings, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        return TypedResults.Ok(new MemberListDocument(
            [.. (await members.ListAsync(scope, cancellationToken)).Select(member => MemberDocument.Of(member, scope))],
            [.. (await mappings.ListAsync(scope, cancellationToken)).Select(mapping => GroupMappingDocument.Of(mapping, scope))]));
    }

    private static async Task<Ok<MemberDocument>> SetAsync(string group, string principal, RoleDocument role, Members members, HttpContext context, CancellationToken cancellationToken)
    {
        var (scope, name, given) = (context.Scope(), Parse(principal), role.Role);
        return await members.SetAsync(scope, name, given, context.Subject(), cancellationToken) switch
        {
            MemberOutcome.NoSuchPrincipal => throw ApiProblemException.NotFound(
                name.Home is null ? $"There is no user '{name}'. Service accounts are named with their group in front, such as '{scope.Path}/ci'." : $"There is no service account '{name}'."),
            MemberOutcome.MoreThanGiverHas => throw ApiProblemException.MoreThanGiverHas(context),
            _ => TypedResults.Ok(new MemberDocument(
                new Principal(name.Home is null ? PrincipalKind.User : PrincipalKind.ServiceAccount, name.ToString()), given, scope.Path.Value, Inherited: false)),
        };
    }

    private static async Task<NoContent> RemoveAsync(string group, string principal, Members members, HttpContext context, CancellationToken cancellationToken)
    {
        var (scope, name) = (context.Scope(), Parse(principal));
        return await members.RemoveAsync(scope, name, context.Subject(), cancellationToken) == MemberOutcome.Removed
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{name}' was given no role at '{scope.Path}' itself; what is inherited is taken away where it was given.");
    }

    private static async Task<Ok<GroupMappingDocument>> SetMappingAsync(string group, NewGroupMappingDocument mapping, GroupMappings mappings, HttpContext context, CancellationToken cancellationToken)
    {
        var (scope, role, oidcGroup) = (context.Scope(), mapping.Role, mapping.OidcGroup);
        if (oidcGroup.Length == 0 || oidcGroup.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid($"oidcGroup: expected the group as the OpenID provider names it, up to {GroupMappings.MaxNameLength} characters.");
        }

        var outcome = await mappings.SetAsync(scope, oidcGroup, role, context.Subject(), cancellationToken);
        return outcome == GroupMappingOutcome.MoreThanGiverHas
            ? throw ApiProblemException.MoreThanGiverHas(context)
            : TypedResults.Ok(new GroupMappingDocument(oidcGroup, role, scope.Path.Value, Inherited: false));
    }

    private static async Task<NoContent> RemoveMappingAsync(string group, string oidcGroup, GroupMappings mappings, HttpContext context, CancellationToken cancellationToken) =>
        await mappings.RemoveAsync(context.Scope(), oidcGroup, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"The group '{oidcGroup}' was given no role at '{context.Scope().Path}' itself; what is inherited is taken away where it was given.");

    private static PrincipalName Parse(string segment)
    {
        string text = Uri.UnescapeDataString(segment);
        return PrincipalName.TryParse(text, out var name)
            ? name
            : throw ApiProblemException.Invalid($"'{text}' names no user or service account; expected a user's name, or a service account's such as 'platform%2Fci'.");
    }
}
