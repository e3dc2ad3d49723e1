using System.ComponentModel.DataAnnotations;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>A role of a user or service account.</summary>
/// <param name="From">The group or workspace in which the role was granted.</param>
/// <param name="Inherited">Whether it is inherited from a group above.</param>
public sealed record Member(Principal Principal, Role Role, string From, bool Inherited);

/// <summary>A role of all members of a group of the OpenID provider.</summary>
/// <param name="OidcGroup">The group as it appears in the groups claim.</param>
/// <param name="From">The group or workspace in which the role was granted.</param>
/// <param name="Inherited">Whether it is inherited from a group above.</param>
public sealed record GroupMapping(string OidcGroup, Role Role, string From, bool Inherited)
{
    /// <summary>The maximum length of an OpenID group's name, in characters.</summary>
    public const int MaxNameLength = 256;
}

/// <summary>The members of a group or workspace, with their roles.</summary>
public sealed record MemberList(IReadOnlyList<Member> Members, IReadOnlyList<GroupMapping> GroupMappings);

/// <param name="Role">owner, deployer or viewer.</param>
public sealed record MemberRole(Role Role);

/// <param name="OidcGroup">The group as it appears in the groups claim.</param>
/// <param name="Role">owner, deployer or viewer.</param>
public sealed record NewGroupMapping([MaxLength(GroupMapping.MaxNameLength)] string OidcGroup, Role Role);
