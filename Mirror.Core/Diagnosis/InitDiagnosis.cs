using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>
/// Explains why an <c>init</c> fails, or why it should succeed: a pure decision that checks the obstacles in the order in which a request
/// encounters them.
/// </summary>
public static class InitDiagnosis
{
    /// <param name="facts">The known facts about the provider.</param>
    /// <param name="version">Null for the latest version that a client would select.</param>
    /// <param name="platform">Null for any platform.</param>
    public static Verdict Decide(ProviderFacts facts, ProviderVersion? version, Platform? platform)
    {
        version ??= Newest(facts);
        var known = version is null ? null : facts.Find(version);
        string what = Describe(facts, version, platform);
        if (known is { RevokedKey: not null, HiddenBecause: { } revoked })
        {
            return new Verdict(
                VerdictCause.KeyRevoked,
                $"{facts.Provider.Display} {version} is withheld: {revoked}.",
                $"Publish a new version that is signed by an active key, or use another version{Passing(facts)}.");
        }

        if (known is { HiddenBecause: { } reason })
        {
            return new Verdict(
                VerdictCause.PolicyHides,
                $"The policy hides {facts.Provider.Display} {version}: {reason}.",
                $"Change the policy of '{facts.Namespace.RootName}', or use a version that it allows{Passing(facts)}.");
        }

        if (known?.IsStored(platform) == true)
        {
            return facts is { MayAsk: true, Origin: { Mode: UpstreamMode.Online, LastFailure.IsOutage: true } }
                ? Failing(
                    facts,
                    $"{what} is stored, but the mode is Online, so each request waits for the origin, which fails: {facts.Origin.Failure}",
                    "Or set Mirror:Upstream:Mode to Fallback to serve stored packages while the origin fails.")
                : known.FindArchiveProblem(platform) is { } problem ? new Verdict(
                    VerdictCause.Stored,
                    $"{what} is stored and served. {problem}",
                    "Install it through the signed pass-through, which locks the hash of the archive, or ask the publisher for an archive without this problem.")
                : new Verdict(
                    VerdictCause.Stored,
                    $"{what} is stored and served from the cache.",
                    "If init still fails, the client does not use this mirror, or its lock file contains other hashes: compare its configuration with 'Use this mirror'.");
        }

        if (version is not null
        && facts.Quarantine.FirstOrDefault(entry => entry.Version == version
            && (entry.Platform is null || platform is null || entry.Platform == platform)) is { } failed)
        {
            return Quarantined(what, failed);
        }

        return Forbidden(facts, what, known)
            ?? FromOrigin(facts, what, version, known, platform);
    }

    /// <summary>Why the origin may not be queried for a package that is not stored; null if it may.</summary>
    private static Verdict? Forbidden(ProviderFacts facts, string what, VersionFacts? known)
    {
        string stored = known is { StoredPlatforms.Count: > 0 } ? $" Stored platforms of this version: {List(known.StoredPlatforms)}." : "";
        if (facts.Origin.IsOwn)
        {
            return new Verdict(
                VerdictCause.NotPublished,
                $"'{facts.Namespace.RootName}' has not published {what}, and this instance is its only source.{stored}",
                $"Publish it in '{facts.Namespace.RootName}', or correct the address: a registry namespace belongs to one root group.");
        }

        if (!facts.Origin.Allowed)
        {
            return new Verdict(
                VerdictCause.HostNotAllowed,
                $"{what} is not stored, and {facts.Provider.Hostname.Display} is not an allowed host.{stored}",
                $"Add {facts.Provider.Hostname.Value} to Mirror:Upstream:AllowedHosts and restart, or import the provider.");
        }

        if (facts.Origin.Mode == UpstreamMode.Offline)
        {
            return new Verdict(
                VerdictCause.Offline,
                $"{what} is not stored, and the mirror is in Offline mode, which never queries an origin.{stored}",
                "Import it from a bundle or a filesystem mirror, or set Mirror:Upstream:Mode to Fallback and restart.");
        }

        string from = facts.Origin.AutomaticCachingFrom is { } decides ? $" (set on '{decides}')" : " (it is not set anywhere)";
        return facts.Origin.AutomaticCaching
            ? null
            : new Verdict(
                VerdictCause.CachingOff,
                $"{what} is not stored, and automatic provider caching is off for '{facts.Namespace}'{from}.{stored}",
                $"Sync it, or turn on automatic provider caching in the settings of '{facts.Namespace}'.");
    }

    private static Verdict FromOrigin(ProviderFacts facts, string what, ProviderVersion? version, VersionFacts? known, Platform? platform)
    {
        string host = facts.Provider.Hostname.Display;
        if (facts.Origin.Failure is { } failure)
        {
            return facts.Origin.LastFailure?.Kind == FailureKind.NotFound
                ? new Verdict(
                    VerdictCause.ProviderAbsent,
                    $"{host} does not have {facts.Provider.Display}: {failure}",
                    $"Check the spelling of the source address. Providers of OpenTofu's registry need its hostname, {ProviderHostname.OpenTofu.Value}/namespace/type.")
                : Failing(facts, $"{what} is not stored, and the origin fails: {failure}", null);
        }

        if (facts.Origin.Suspended)
        {
            return Failing(facts, $"{what} is not stored, and {host} is temporarily suspended after repeated failures.", null);
        }

        if (facts.Origin.ListedAt is null)
        {
            return new Verdict(
                VerdictCause.NeverAsked,
                $"{host} has not been queried for {facts.Provider.Display} yet.",
                "Check the origin to find out whether it has the provider.");
        }

        if (version is null || known is not { AtOrigin: true })
        {
            string newest = facts.Versions.FirstOrDefault(item => item.AtOrigin)?.Version.Value ?? "none";
            return new Verdict(
                VerdictCause.VersionAbsent,
                version is null
                    ? $"{host} lists no version of {facts.Provider.Display}."
                    : $"{host} lists no version {version} of {facts.Provider.Display}; the latest is {newest}.",
                "Use a version that exists, or correct the constraint. If the version has just been published, run 'mirror refresh' to fetch the list again.");
        }

        if (known.ProofFailure is { } unproven)
        {
            return unproven.Kind == FailureKind.NotFound
                ? new Verdict(
                    VerdictCause.OriginFails,
                    $"{host} lists {facts.Provider.Display} {version}, but does not have it: {unproven.Message}",
                    "Use another version, and tell the publisher or the operator of the registry.")
                : Failing(facts, $"{what} is not stored, and its checksums and signature could not be fetched: {unproven.Message}", null, unproven.Kind);
        }

        return platform is { } wanted && known.OriginPlatforms.Count > 0 && !known.OriginPlatforms.Contains(wanted)
            ? new Verdict(
                VerdictCause.PlatformAbsent,
                $"{facts.Provider.Display} {version} is not available for {wanted.Display}, only for {List(known.OriginPlatforms)}.",
                "Use a version that is available for the platform, or run on one of these platforms.")
            : new Verdict(
                VerdictCause.Fetchable,
                $"{what} is not stored yet. It will be fetched, verified and stored when a client requests it.",
                "If init still fails, the client does not use this mirror: compare its configuration with 'Use this mirror'.");
    }

    private static Verdict Quarantined(string what, QuarantineEntry entry)
    {
        const string again = "It is retried after a while, or immediately with 'mirror refresh'.";
        return new Verdict(VerdictCause.Quarantined, $"{what} failed verification: {entry.Reason}", entry.IsRepublished
            ? $"If the publisher intentionally published this version again, delete it ('mirror delete-version') to fetch its new proof. Otherwise assume that it was tampered with. {again}"
            : $"{again} If the publisher announced a new key, pin it in Mirror:Trust; if the provider is intentionally unsigned, allow it in the policy; otherwise assume that it was tampered with and inform the publisher.");
    }

    private static Verdict Failing(ProviderFacts facts, string summary, string? alternative, FailureKind? kind = null)
    {
        string host = facts.Provider.Hostname.Value;
        string advice = (kind ?? facts.Origin.LastFailure?.Kind) switch
        {
            FailureKind.CredentialsRefused =>
                $"Configure a token for {host}: a TF_TOKEN variable of the group, or Mirror:Upstream:Hosts:{{n}}:Token.",
            FailureKind.InvalidAnswer =>
                $"A login page or a proxy may have responded instead: open https://{host}/.well-known/terraform.json from the server.",
            FailureKind.ForbiddenAddress =>
                $"If {host} is intentionally in a private network, set its address in Mirror:Upstream:Hosts:{{n}}:ProvidersUrl.",
            FailureKind.Busy => "Check again in a few seconds.",
            FailureKind.Storage => "Check the server's log: its own disk or database failed.",
            _ => $"Check from the server that {host} resolves and accepts connections (through Mirror:Upstream:Proxy if a proxy is needed), then check again.",
        };
        return new Verdict(VerdictCause.OriginFails, summary, alternative is null ? advice : $"{advice} {alternative}");
    }

    /// <summary>The version that a client without a constraint selects: the latest stable version, else the latest prerelease.</summary>
    private static ProviderVersion? Newest(ProviderFacts facts) =>
        (facts.Versions.FirstOrDefault(item => item.HiddenBecause is null && !item.Version.IsPrerelease)
            ?? (facts.Versions.Count > 0 ? facts.Versions[0] : null))?.Version;

    private static string Passing(ProviderFacts facts) =>
        facts.Versions.FirstOrDefault(item => item.HiddenBecause is null && !item.Version.IsPrerelease) is { } passing
            ? $", such as {passing.Version}"
            : "";

    private static string Describe(ProviderFacts facts, ProviderVersion? version, Platform? platform) =>
        $"{facts.Provider.Display}{(version is null ? "" : $" {version}")}{(platform is { } known ? $" for {known.Display}" : "")}";

    private static string List(IEnumerable<Platform> platforms) =>
        string.Join(", ", platforms.Order().Select(platform => platform.Display));
}
