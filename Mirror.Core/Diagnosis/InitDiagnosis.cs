using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>
/// Why an <c>init</c> fails, or that it need not: one pure decision over what is known, in the order in which a request
/// meets the obstacles (DESIGN §5).
/// </summary>
public static class InitDiagnosis
{
    /// <param name="facts">What is known of the provider.</param>
    /// <param name="version">Null: the newest that a client would choose.</param>
    /// <param name="platform">Null: any.</param>
    public static Verdict Decide(ProviderFacts facts, ProviderVersion? version, Platform? platform)
    {
        version ??= Newest(facts);
        var known = version is null ? null : facts.Find(version);
        string what = Describe(facts, version, platform);
        if (known is { HiddenBecause: { } reason })
        {
            return new Verdict(
                VerdictCause.PolicyHides,
                $"Policy hides {facts.Provider.Display} {version}: {reason}.",
                $"Change the policy of '{facts.Namespace.RootName}', or ask for a version that it lets through{Passing(facts)}.");
        }

        if (known?.IsStored(platform) == true)
        {
            return facts is { MayAsk: true, Origin: { Mode: UpstreamMode.Online, LastFailure.IsOutage: true } }
                ? Failing(
                    facts,
                    $"{what} is stored, but the mode is Online, in which the origin's word is waited for, and it fails: {facts.Origin.Failure}",
                    "Or set Mirror:Upstream:Mode to Fallback, so that what is stored is served meanwhile.")
                : new Verdict(
                    VerdictCause.Stored,
                    $"{what} is stored and served, whatever the origin says.",
                    "If init fails all the same, the client does not ask this mirror, or its lock file expects other hashes: compare its configuration with 'Use this mirror'.");
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

    /// <summary>Why the origin may not be asked for what is not stored; null: it may.</summary>
    private static Verdict? Forbidden(ProviderFacts facts, string what, VersionFacts? known)
    {
        string stored = known is { StoredPlatforms.Count: > 0 } ? $" Stored of that version: {List(known.StoredPlatforms)}." : "";
        if (!facts.Origin.Allowed)
        {
            return new Verdict(
                VerdictCause.HostNotAllowed,
                $"{what} is not stored, and {facts.Provider.Hostname.Display} may not be asked.{stored}",
                $"Add {facts.Provider.Hostname.Value} to Mirror:Upstream:AllowedHosts and restart, or import the provider.");
        }

        if (facts.Origin.Mode == UpstreamMode.Offline)
        {
            return new Verdict(
                VerdictCause.Offline,
                $"{what} is not stored, and the mirror is offline: no origin is asked.{stored}",
                "Import it from a bundle or a filesystem mirror, or set Mirror:Upstream:Mode to Fallback and restart.");
        }

        string from = facts.Origin.AutomaticCachingFrom is { } decides ? $" (set on '{decides}')" : " (nobody has switched it on)";
        return facts.Origin.AutomaticCaching
            ? null
            : new Verdict(
                VerdictCause.CachingOff,
                $"{what} is not stored, and automatic provider caching is off for '{facts.Namespace}'{from}.{stored}",
                $"Sync it, or switch automatic caching on in the settings of '{facts.Namespace}'.");
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
                : Failing(facts, $"{what} is not stored, and its origin fails: {failure}", null);
        }

        if (facts.Origin.LeftAlone)
        {
            return Failing(facts, $"{what} is not stored, and {host} failed so often that it is left alone for a moment.", null);
        }

        if (facts.Origin.ListedAt is null)
        {
            return new Verdict(
                VerdictCause.NeverAsked,
                $"{host} has not been asked for {facts.Provider.Display} yet.",
                "Check the origin to learn whether it has it.");
        }

        if (version is null || known is not { AtOrigin: true })
        {
            string newest = facts.Versions.FirstOrDefault(item => item.AtOrigin)?.Version.Value ?? "none";
            return new Verdict(
                VerdictCause.VersionAbsent,
                version is null
                    ? $"{host} lists no version of {facts.Provider.Display}."
                    : $"{host} lists no version {version} of {facts.Provider.Display}; the newest there is {newest}.",
                "Ask for a version that exists, or correct the constraint. A version that was published a moment ago is seen once the list is asked for anew: mirror refresh.");
        }

        if (known.ProofFailure is { } unproven)
        {
            return unproven.Kind == FailureKind.NotFound
                ? new Verdict(
                    VerdictCause.OriginFails,
                    $"{host} lists {facts.Provider.Display} {version}, but does not have it: {unproven.Message}",
                    "Use another version, and tell the publisher or the operator of the registry.")
                : Failing(facts, $"{what} is not stored, and what proves it could not be fetched: {unproven.Message}", null, unproven.Kind);
        }

        return platform is { } wanted && known.OriginPlatforms.Count > 0 && !known.OriginPlatforms.Contains(wanted)
            ? new Verdict(
                VerdictCause.PlatformAbsent,
                $"{facts.Provider.Display} {version} was not released for {wanted.Display}; it was for {List(known.OriginPlatforms)}.",
                "Use a version that was released for the platform, or run on one of these platforms.")
            : new Verdict(
                VerdictCause.Fetchable,
                $"{what} is not stored yet: it is fetched, verified and kept when a client asks for it.",
                "If init fails all the same, the client does not ask this mirror: compare its configuration with 'Use this mirror'.");
    }

    private static Verdict Quarantined(string what, QuarantineEntry entry)
    {
        string again = $"It is tried again after {entry.Until:u}, and at once by 'mirror refresh'.";
        return new Verdict(VerdictCause.Quarantined, $"{what} failed verification: {entry.Reason}", entry.IsRepublished
            ? $"If the publisher published the version again under its number on purpose, delete the version ('mirror delete-version'): its new proof is then fetched. Otherwise treat it as tampered with. {again}"
            : $"{again} If the publisher announced a new key, pin it in Mirror:Trust; if the provider is unsigned on purpose, name it in the policy; otherwise treat it as tampered with and tell the publisher.");
    }

    private static Verdict Failing(ProviderFacts facts, string summary, string? alternative, FailureKind? kind = null)
    {
        string host = facts.Provider.Hostname.Value;
        string advice = (kind ?? facts.Origin.LastFailure?.Kind) switch
        {
            FailureKind.CredentialsRefused =>
                $"Give Mirror a token for {host}: a TF_TOKEN variable of the group, or Mirror:Upstream:Hosts:{{n}}:Token.",
            FailureKind.InvalidAnswer =>
                $"A login page or a proxy may answer in its place: open https://{host}/.well-known/terraform.json from the server.",
            FailureKind.ForbiddenAddress =>
                $"If {host} is in your own network on purpose, name its address in Mirror:Upstream:Hosts:{{n}}:ProvidersUrl.",
            FailureKind.Busy => "Check again in a moment.",
            FailureKind.Storage => "Look into the server's log: its own disk or database failed.",
            _ => $"Check from the server that {host} resolves and can be connected to, through Mirror:Upstream:Proxy where one is needed; then check again.",
        };
        return new Verdict(VerdictCause.OriginFails, summary, alternative is null ? advice : $"{advice} {alternative}");
    }

    /// <summary>What a client without a constraint chooses: the newest stable version that is listed, else the newest at all.</summary>
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
