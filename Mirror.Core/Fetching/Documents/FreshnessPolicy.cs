using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Documents;

/// <summary>What is known of an origin's document.</summary>
public enum CachedState
{
    /// <summary>It was never fetched, or its absence has been forgotten.</summary>
    Nothing,

    Fresh,

    Stale,

    /// <summary>The origin said a moment ago that it does not have it.</summary>
    Missing,

    /// <summary>It was never fetched, and the origin failed a moment ago.</summary>
    Failed,
}

public enum FreshnessDecision
{
    /// <summary>Serve the cached document.</summary>
    Serve,

    /// <summary>Serve the cached document, and ask the origin behind.</summary>
    ServeAndRefresh,

    /// <summary>Ask the origin and wait.</summary>
    Ask,

    /// <summary>Serve what is stored, as if the origin did not exist.</summary>
    ServeStored,

    /// <summary>Serve what is stored, and ask the origin behind.</summary>
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

/// <summary>Whether a request is answered from the cache or by asking the origin: one pure decision (DESIGN §5 item 4).</summary>
public static class FreshnessPolicy
{
    /// <param name="mayAsk">Automatic caching is on for the namespace, and the host may be asked.</param>
    /// <param name="stored">At least one package of what is asked for is stored.</param>
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
            // Clients of what is stored do not wait for an origin that has just failed.
            CachedState.Failed when stored && mode == UpstreamMode.Fallback => FreshnessDecision.ServeStoredAndRefresh,
            _ => FreshnessDecision.Ask,
        };
    }

    /// <param name="notFound">The origin answered that it does not have it; false: it could not be asked.</param>
    /// <param name="hasStale">A document that was fetched earlier is at hand.</param>
    public static FailureDecision AfterFailure(UpstreamMode mode, bool notFound, bool hasStale, bool stored)
    {
        if (notFound)
        {
            // It takes nothing away that is stored.
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
