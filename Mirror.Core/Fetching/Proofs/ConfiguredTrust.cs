using Mirror.Core.Configuration;
using Mirror.Core.Verification;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>Creates the trust policy from <c>Mirror:Trust</c>.</summary>
public static class ConfiguredTrust
{
    public static TrustPolicy ToTrustPolicy(this MirrorOptions options) => new(options.Trust.Select(rule => new TrustRule(
        rule.Provider, rule.Fingerprints, rule.NewKeys == NewKeys.Refuse ? NewKeyPolicy.Refuse : NewKeyPolicy.Accept)));
}
