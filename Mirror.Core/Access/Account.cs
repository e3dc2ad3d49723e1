using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>The holder of the token or session.</summary>
/// <param name="Roles">Those given directly or through a group of the OpenID provider; each applies below its namespace as well.</param>
public sealed record Account(PrincipalKind Kind, string Name, bool Admin, IReadOnlyList<AccountRole> Roles);

/// <param name="Path">Of the group or workspace.</param>
public sealed record AccountRole(string Path, Role Role);
