using System.ComponentModel.DataAnnotations;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>A role that a user or service account has.</summary>
/// <param name="From">The group or workspace in which it was given.</param>
/// <param name="Inherited">Whether that is one above the one asked for.</param>
public sealed record Member(Principal Principal, Role Role, string From, bool Inherited);

/// <summary>A role that all those have whom the OpenID provider counts to a group.</summary>
/// <param name="OidcGroup">As the groups claim has it.</param>
/// <param name="From">The group or workspace in which it was given.</param>
/// <param name="Inherited">Whether that is one above the one asked for.</param>
public sealed record GroupMapping(string OidcGroup, Role Role, string From, bool Inherited)
{
    /// <summary>Of an OpenID group's name, in characters.</summary>
    public const int MaxNameLength = 256;
}

/// <summary>Who has which role in a group or workspace.</summary>
public sealed record MemberList(IReadOnlyList<Member> Members, IReadOnlyList<GroupMapping> GroupMappings);

/// <param name="Role">owner, deployer or viewer.</param>
public sealed record MemberRole(Role Role);

/// <param name="OidcGroup">As the groups claim has it.</param>
/// <param name="Role">owner, deployer or viewer.</param>
public sealed record NewGroupMapping([MaxLength(GroupMapping.MaxNameLength)] string OidcGroup, Role Role);
