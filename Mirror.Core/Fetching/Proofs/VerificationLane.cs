namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Limits the verification of origins' signatures: anyone may request new versions, and an origin chooses its keys.
/// </summary>
public sealed class VerificationLane() : WorkLane(HalfOfTheProcessors, waiting: 256);
