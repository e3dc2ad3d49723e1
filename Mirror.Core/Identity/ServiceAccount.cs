using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A principal for programs, managed by the owners of a namespace.</summary>
/// <param name="Principal">The name as a member: namespace and account name.</param>
/// <param name="Role">The role in its own namespace; null if it has none.</param>
/// <param name="Tokens">The number of valid tokens.</param>
/// <param name="LastUsedAt">The last use of any of its tokens.</param>
public sealed record ServiceAccount(
    string Name, string Principal, Role? Role, int Tokens, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The service accounts of a group or workspace.</summary>
public sealed record ServiceAccountList(IReadOnlyList<ServiceAccount> Items);

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Role">Its role in the namespace; null for none until it is added as a member.</param>
public sealed record NewServiceAccount(string Name, Role? Role = null);
