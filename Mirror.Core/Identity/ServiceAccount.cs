using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A principal for programs, managed by the owners of a namespace.</summary>
/// <param name="Principal">How it is named as a member: its namespace and its name.</param>
/// <param name="Role">In its own namespace; null: none there.</param>
/// <param name="Tokens">How many valid ones it has.</param>
/// <param name="LastUsedAt">Of all its tokens.</param>
public sealed record ServiceAccount(
    string Name, string Principal, Role? Role, int Tokens, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The service accounts of a group or workspace.</summary>
public sealed record ServiceAccountList(IReadOnlyList<ServiceAccount> Items);

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Role">Its role in the namespace; null: none until it is made a member.</param>
public sealed record NewServiceAccount(string Name, Role? Role = null);
