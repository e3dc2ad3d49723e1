using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>An action that was done or denied. Completed actions are saved in the same transaction as their change.</summary>
public sealed class AuditRow
{
    /// <param name="at">The time of the action.</param>
    /// <param name="action">The action as <c>subject.verb</c>: <c>package.cache</c>, <c>member.add</c>.</param>
    /// <param name="by">The principal and its address.</param>
    [SetsRequiredMembers]
    public AuditRow(DateTimeOffset at, string action, Principal by)
    {
        (At, Action, Succeeded) = (at, action, true);
        (Principal, PrincipalKind, RemoteAddress, Run) = (by.Name, by.Kind, by.RemoteAddress, by.Run);
    }

    private AuditRow()
    {
    }

    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Null if the event concerns the instance.</summary>
    public long? RootGroupId { get; set; }

    /// <summary>The group or workspace; null for the root group.</summary>
    public long? NamespaceId { get; set; }

    public required string Action { get; set; }

    /// <summary>False if the action was denied or failed.</summary>
    public bool Succeeded { get; set; }

    public required string Principal { get; set; }

    public PrincipalKind PrincipalKind { get; set; }

    public string? RemoteAddress { get; set; }

    /// <summary>The run that the action is a part of, such as <c>sync/12</c>; null if it is a separate action.</summary>
    public string? Run { get; set; }

    public string? Provider { get; set; }

    public string? Version { get; set; }

    public string? Platform { get; set; }

    /// <summary>The object of the action: a path, a member, a token's name.</summary>
    public string? Target { get; set; }

    /// <summary>For display; contains no secrets.</summary>
    public string? Detail { get; set; }

    /// <summary>Sets the provider of a root group and, if given, its version and platform.</summary>
    internal AuditRow Of(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform)
    {
        (RootGroupId, Provider, Version, Platform) = (rootGroupId, provider.ToString(), version.Value, platform?.Value);
        return this;
    }
}
