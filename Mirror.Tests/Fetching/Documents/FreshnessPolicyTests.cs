using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Tests.Fetching.Documents;

public sealed class FreshnessPolicyTests
{
    public static TheoryData<UpstreamMode, CachedState, bool, FreshnessDecision> Table { get; } = new()
    {
        // mode, state of the cached list, whether anything is stored, decision
        { UpstreamMode.Online, CachedState.Nothing, false, FreshnessDecision.Ask },
        { UpstreamMode.Online, CachedState.Nothing, true, FreshnessDecision.Ask },
        { UpstreamMode.Online, CachedState.Fresh, false, FreshnessDecision.Serve },
        { UpstreamMode.Online, CachedState.Fresh, true, FreshnessDecision.Serve },
        { UpstreamMode.Online, CachedState.Stale, false, FreshnessDecision.Ask },
        { UpstreamMode.Online, CachedState.Stale, true, FreshnessDecision.Ask },
        { UpstreamMode.Online, CachedState.Missing, false, FreshnessDecision.NotFound },
        { UpstreamMode.Online, CachedState.Missing, true, FreshnessDecision.ServeStored },
        { UpstreamMode.Online, CachedState.Failed, false, FreshnessDecision.Ask },
        { UpstreamMode.Online, CachedState.Failed, true, FreshnessDecision.Ask },
        { UpstreamMode.Fallback, CachedState.Nothing, false, FreshnessDecision.Ask },
        { UpstreamMode.Fallback, CachedState.Nothing, true, FreshnessDecision.Ask },
        { UpstreamMode.Fallback, CachedState.Fresh, false, FreshnessDecision.Serve },
        { UpstreamMode.Fallback, CachedState.Fresh, true, FreshnessDecision.Serve },
        { UpstreamMode.Fallback, CachedState.Stale, false, FreshnessDecision.ServeAndRefresh },
        { UpstreamMode.Fallback, CachedState.Stale, true, FreshnessDecision.ServeAndRefresh },
        { UpstreamMode.Fallback, CachedState.Missing, false, FreshnessDecision.NotFound },
        { UpstreamMode.Fallback, CachedState.Missing, true, FreshnessDecision.ServeStored },
        { UpstreamMode.Fallback, CachedState.Failed, false, FreshnessDecision.Ask },
        { UpstreamMode.Fallback, CachedState.Failed, true, FreshnessDecision.ServeStoredAndRefresh },
    };

    public static TheoryData<UpstreamMode, bool, bool, bool, FailureDecision> Failures { get; } = new()
    {
        // mode, whether the origin returned "not found", whether a stale list is cached, whether anything is stored, decision
        { UpstreamMode.Online, true, false, false, FailureDecision.Fail },
        { UpstreamMode.Online, true, true, false, FailureDecision.Fail },
        { UpstreamMode.Online, true, false, true, FailureDecision.ServeStored },
        { UpstreamMode.Online, false, true, true, FailureDecision.Fail },
        { UpstreamMode.Online, false, false, false, FailureDecision.Fail },
        { UpstreamMode.Fallback, true, false, false, FailureDecision.Fail },
        { UpstreamMode.Fallback, true, true, true, FailureDecision.ServeStored },
        { UpstreamMode.Fallback, false, true, false, FailureDecision.ServeStale },
        { UpstreamMode.Fallback, false, true, true, FailureDecision.ServeStale },
        { UpstreamMode.Fallback, false, false, true, FailureDecision.ServeStored },
        { UpstreamMode.Fallback, false, false, false, FailureDecision.Fail },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Decide_WithOriginAccess_FollowsTheTable(UpstreamMode mode, CachedState cached, bool stored, FreshnessDecision expected) =>
        Assert.Equal(expected, FreshnessPolicy.Decide(mode, mayAsk: true, cached, stored));

    [Theory]
    [CombinatorialStates]
    public void Decide_OfflineOrWithoutCaching_UsesOnlyStoredData(UpstreamMode mode, bool mayAsk, CachedState cached, bool stored) =>
        Assert.Equal(
            stored ? FreshnessDecision.ServeStored : FreshnessDecision.NotFound, FreshnessPolicy.Decide(mode, mayAsk, cached, stored));

    [Theory]
    [MemberData(nameof(Failures))]
    public void AfterFailure_ByModeAndStoredData_FollowsTheTable(UpstreamMode mode, bool notFound, bool hasStale, bool stored, FailureDecision expected) =>
        Assert.Equal(expected, FreshnessPolicy.AfterFailure(mode, notFound, hasStale, stored));

    /// <summary>Supplies every state in which Mirror must not send requests to the origin.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CombinatorialStatesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from mode in Enum.GetValues<UpstreamMode>()
            from mayAsk in new[] { false, true }
            where mode == UpstreamMode.Offline || !mayAsk
            from cached in Enum.GetValues<CachedState>()
            from stored in new[] { false, true }
            select new object[] { mode, mayAsk, cached, stored };
    }
}
