using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>A caller, with everything that its permissions depend on.</summary>
/// <param name="PrincipalId">The row of the user, service account or job; null for other principals.</param>
/// <param name="Roles">The granted roles, by namespace.</param>
public sealed record AccessSubject(Principal Principal, long? PrincipalId, bool IsAdmin, IReadOnlyDictionary<long, Role> Roles)
{
    private static readonly Dictionary<long, Role> None = [];

    public static AccessSubject Anonymous { get; } = new(Principal.Anonymous, null, false, None);

    /// <summary>The holder of the administrator token.</summary>
    public static AccessSubject Admin { get; } = new(Principal.Admin, null, true, None);

    /// <summary>The id of the calling job; null for other callers.</summary>
    public long? JobId => Principal.Kind == PrincipalKind.Job ? PrincipalId : null;

    public bool IsAnonymous => Principal.Kind == PrincipalKind.Anonymous;

    public override string ToString() => Principal.ToString();
}
