using System.Text.Json.Serialization;

namespace Mirror.Core.Database;

public enum PrincipalKind
{
    /// <summary>Not signed in.</summary>
    Anonymous,

    /// <summary>The server itself, for recovery and schedules.</summary>
    System,
    User,
    ServiceAccount,

    /// <summary>One Terraform run in a workspace.</summary>
    Job,

    /// <summary>The holder of the administrator token.</summary>
    Admin,
}

/// <summary>The originator of an action.</summary>
public sealed record Principal(PrincipalKind Kind, string Name)
{
    public static Principal Anonymous { get; } = new(PrincipalKind.Anonymous, "anonymous");

    public static Principal System { get; } = new(PrincipalKind.System, "mirror");

    public static Principal Admin { get; } = new(PrincipalKind.Admin, "admin");

    /// <summary>The IP address of the request; null if there was none. Not part of the identity.</summary>
    [JsonIgnore]
    public string? RemoteAddress { get; init; }

    /// <summary>
    /// The run that this action is a part of, such as <c>sync/12</c>: the activity shows the events of a run as one line. Not part of
    /// the identity.
    /// </summary>
    [JsonIgnore]
    public string? Run { get; init; }

    public bool Equals(Principal? other) => other is not null && Kind == other.Kind && Name == other.Name;

    public override int GetHashCode() => HashCode.Combine(Kind, Name);

    public override string ToString() => Name;
}
