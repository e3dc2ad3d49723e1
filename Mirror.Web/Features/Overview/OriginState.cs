using Mirror.Core.Upstream;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Overview;

public enum OriginCondition
{
    Healthy,
    Failing,

    /// <summary>It failed several times in a row and is temporarily not queried.</summary>
    BackingOff,

    /// <summary>The configuration forbids queries.</summary>
    Disabled,

    /// <summary>It has not been queried since the server started.</summary>
    NotAsked,
}

/// <summary>The state of an origin host.</summary>
/// <param name="Until">When a suspended host is queried again; null otherwise.</param>
public sealed record OriginState(
    string Host,
    OriginCondition Condition,
    DateTimeOffset? Until,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? LastFailureAt,
    string? LastFailure)
{
    /// <param name="preferences">Of the page, for the time zone; null for UTC.</param>
    public string Describe(Preferences? preferences) => Condition switch
    {
        OriginCondition.Healthy => Texts.Healthy,
        OriginCondition.Failing => Texts.Failing,
        OriginCondition.BackingOff => Texts.BackingOff.With((preferences ?? new()).TimeOfDay(Until!.Value)),
        OriginCondition.Disabled => Texts.Disabled,
        _ => Texts.NotAsked,
    };

    /// <param name="health">Null if the host has not been queried.</param>
    /// <param name="disabled">The configuration forbids queries.</param>
    public static OriginState Of(string host, HostHealth? health, bool disabled, DateTimeOffset now)
    {
        // After the pause, the next request is a probe. Until it succeeds, the host is failing.
        DateTimeOffset? until = health?.SuspendedUntil > now ? health.SuspendedUntil : null;
        var condition = disabled ? OriginCondition.Disabled
            : health is null ? OriginCondition.NotAsked
            : until is not null ? OriginCondition.BackingOff
            : health.Healthy ? OriginCondition.Healthy
            : OriginCondition.Failing;
        return new OriginState(
            host, condition, condition == OriginCondition.BackingOff ? until : null, health?.LastSuccessAt, health?.LastFailureAt, health?.LastFailure);
    }
}
