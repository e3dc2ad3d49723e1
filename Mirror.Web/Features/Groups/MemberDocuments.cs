using System.ComponentModel.DataAnnotations;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Features.Groups;

/// <summary>Who has which role in a group or workspace.</summary>
public sealed record MemberListDocument(IReadOnlyList<MemberDocument> Members, IReadOnlyList<GroupMappingDocument> GroupMappings);

/// <summary>A role that a user or service account has.</summary>
/// <param name="From">The group or workspace in which it was given.</param>
public sealed record MemberDocument(Principal Principal, Role Role, string From, bool Inherited)
{
    public static MemberDocument Of(Member member, MirrorScope scope) =>
        new(member.Principal, member.Role, member.From.Value, member.From != scope.Path);
}

/// <summary>A role that everybody has whom the OpenID provider counts to a group.</summary>
/// <param name="OidcGroup">As the groups claim has it.</param>
public sealed record GroupMappingDocument(string OidcGroup, Role Role, string From, bool Inherited)
{
    public static GroupMappingDocument Of(GroupMapping mapping, MirrorScope scope) =>
        new(mapping.OidcGroup, mapping.Role, mapping.From.Value, mapping.From != scope.Path);
}

/// <param name="Role">owner, deployer or viewer.</param>
public sealed record RoleDocument(Role Role);

/// <param name="OidcGroup">As the groups claim has it.</param>
/// <param name="Role">owner, deployer or viewer.</param>
public sealed record NewGroupMappingDocument([MaxLength(GroupMappings.MaxNameLength)] string OidcGroup, Role Role);
