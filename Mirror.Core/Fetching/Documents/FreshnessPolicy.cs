using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Documents;

/// <summary>The cached state of an origin's document.</summary>
public enum CachedState
{
    /// <summary>It was never fetched, or its negative entry has expired.</summary>
    Nothing,

    Fresh,

    Stale,

    /// <summary>The origin recently responded that it does not exist.</summary>
    Missing,

    /// <summary>It was never fetched, and the origin recently failed.</summary>
    Failed,
}

public enum FreshnessDecision
{
    /// <summary>Serve the cached document.</summary>
    Serve,

    /// <summary>Serve the cached document and query the origin in the background.</summary>
    ServeAndRefresh,

    /// <summary>Query the origin and wait.</summary>
    Ask,

    /// <summary>Serve from stored packages, as if the origin did not exist.</summary>
    ServeStored,

    /// <summary>Serve from stored packages and query the origin in the background.</summary>
    ServeStoredAndRefresh,

    NotFound,
}

public enum FailureDecision
{
    /// <summary>Serve the cached document although it is stale.</summary>
    ServeStale,

    ServeStored,

    Fail,
}

/// <summary>Decides whether a request is served from the cache or by querying the origin.</summary>
public static class FreshnessPolicy
{
    /// <param name="mayAsk">Automatic caching is on for the namespace and the host is allowed.</param>
    /// <param name="stored">At least one package of the requested item is stored.</param>
    public static FreshnessDecision Decide(UpstreamMode mode, bool mayAsk, CachedState cached, bool stored)
    {
        var withoutOrigin = stored ? FreshnessDecision.ServeStored : FreshnessDecision.NotFound;
        if (mode == UpstreamMode.Offline || !mayAsk)
        {
            return withoutOrigin;
        }

        return cached switch
        {
            CachedState.Fresh => FreshnessDecision.Serve,
            CachedState.Stale => mode == UpstreamMode.Fallback ? FreshnessDecision.ServeAndRefresh : FreshnessDecision.Ask,
            CachedState.Missing => withoutOrigin,
            // Clients of stored packages do not wait for an origin that has just failed.
            CachedState.Failed when stored && mode == UpstreamMode.Fallback => FreshnessDecision.ServeStoredAndRefresh,
            _ => FreshnessDecision.Ask,
        };
    }

    /// <param name="notFound">The origin responded that it does not have the item; false if it failed.</param>
    /// <param name="hasStale">An earlier document is available.</param>
    public static FailureDecision AfterFailure(UpstreamMode mode, bool notFound, bool hasStale, bool stored)
    {
        if (notFound)
        {
            // "Not found" at the origin does not affect stored packages.
            return stored ? FailureDecision.ServeStored : FailureDecision.Fail;
        }

        return mode switch
        {
            UpstreamMode.Online => FailureDecision.Fail,
            _ when hasStale => FailureDecision.ServeStale,
            _ when stored => FailureDecision.ServeStored,
            _ => FailureDecision.Fail,
        };
    }
}
