using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>Something that was done or refused. What was done is saved in the transaction that did it.</summary>
public sealed class AuditRow
{
    /// <param name="at">When.</param>
    /// <param name="action">What, as <c>subject.verb</c>: <c>package.cache</c>, <c>member.add</c>.</param>
    /// <param name="by">Who, and from where.</param>
    [SetsRequiredMembers]
    public AuditRow(DateTimeOffset at, string action, Principal by)
    {
        (At, Action, Succeeded) = (at, action, true);
        (Principal, PrincipalKind, RemoteAddress) = (by.Name, by.Kind, by.RemoteAddress);
    }

    private AuditRow()
    {
    }

    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Null: it is about the instance.</summary>
    public long? RootGroupId { get; set; }

    /// <summary>The group or workspace it is about; null: the root group.</summary>
    public long? NamespaceId { get; set; }

    public required string Action { get; set; }

    /// <summary>True: it was done; false: it was refused or failed.</summary>
    public bool Succeeded { get; set; }

    public required string Principal { get; set; }

    public PrincipalKind PrincipalKind { get; set; }

    public string? RemoteAddress { get; set; }

    public string? Provider { get; set; }

    public string? Version { get; set; }

    public string? Platform { get; set; }

    /// <summary>What else it is about: a path, a member, a token's name.</summary>
    public string? Target { get; set; }

    /// <summary>For people; no secrets.</summary>
    public string? Detail { get; set; }

    /// <summary>About a provider of a root group, and of it as much as is given.</summary>
    internal AuditRow Of(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform)
    {
        (RootGroupId, Provider, Version, Platform) = (rootGroupId, provider.ToString(), version.Value, platform?.Value);
        return this;
    }
}
