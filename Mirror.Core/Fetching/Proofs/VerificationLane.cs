namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Where signatures of origins are verified: anyone may ask for versions that were not asked for before, and an origin chooses its keys.
/// </summary>
public sealed class VerificationLane() : WorkLane(HalfOfTheProcessors, waiting: 256);
