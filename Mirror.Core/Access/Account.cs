using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>The holder of the token or session.</summary>
/// <param name="Roles">Roles granted directly or through a group of the OpenID provider; each also applies below its namespace.</param>
public sealed record Account(PrincipalKind Kind, string Name, bool Admin, IReadOnlyList<AccountRole> Roles);

/// <param name="Path">The path of the group or workspace.</param>
public sealed record AccountRole(string Path, Role Role);
