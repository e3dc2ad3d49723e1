using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Tests.Diagnosis;

public sealed class InitDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProviderAddress Aws = ProviderAddress.Parse("hashicorp/aws");
    private static readonly Platform Linux = Platform.Parse("linux_amd64");
    private static readonly Platform Mac = Platform.Parse("darwin_arm64");

    /// <summary>
    /// The newest version, 5.2.0, is at the origin for Linux and macOS. 5.1.0 is at the origin for Linux only, and stored. The rest differs
    /// for each case.
    /// </summary>
    public static TheoryData<string, string?, string?, VerdictCause, string> Cases => new()
    {
        // case, version, platform, cause, part of the text
        { "", null, null, VerdictCause.Fetchable, "hashicorp/aws 5.2.0 is not stored yet" },
        { "", "5.2.0", "darwin_arm64", VerdictCause.Fetchable, "5.2.0 for darwin/arm64" },
        { "", "5.1.0", "linux_amd64", VerdictCause.Stored, "served from the cache" },
        { "", "5.1.0", "darwin_arm64", VerdictCause.PlatformAbsent, "is not available for darwin/arm64, only for linux/amd64" },
        { "", "9.9.9", null, VerdictCause.VersionAbsent, "no version 9.9.9 of hashicorp/aws; the latest is 5.2.0" },
        { "unknown platforms", "5.2.0", "plan9_mips", VerdictCause.Fetchable, "fetched, verified and stored" },
        { "hidden", "5.2.0", null, VerdictCause.PolicyHides, "the rule 'Deny' denies it" },
        { "hidden", null, null, VerdictCause.Stored, "5.1.0" },
        { "quarantined", "5.2.0", "linux_amd64", VerdictCause.Quarantined, "wrong signature" },
        { "quarantined for linux", "5.2.0", "darwin_arm64", VerdictCause.Fetchable, "5.2.0" },
        { "host not allowed", "5.2.0", null, VerdictCause.HostNotAllowed, "is not an allowed host" },
        { "own hostname", "5.2.0", null, VerdictCause.NotPublished, "'default' has not published hashicorp/aws 5.2.0" },
        { "own hostname", "5.1.0", "linux_amd64", VerdictCause.Stored, "served" },
        { "host not allowed", "5.1.0", "linux_amd64", VerdictCause.Stored, "served" },
        { "offline", "5.1.0", "darwin_arm64", VerdictCause.Offline, "Stored platforms of this version: linux/amd64." },
        { "caching off", "5.2.0", null, VerdictCause.CachingOff, "off for 'default/network' (set on 'default')" },
        { "origin fails", "5.2.0", null, VerdictCause.OriginFails, "connection refused" },
        { "origin fails", "5.1.0", "linux_amd64", VerdictCause.Stored, "served" },
        { "origin fails, online", "5.1.0", "linux_amd64", VerdictCause.OriginFails, "the mode is Online" },
        { "origin has it not", "5.2.0", null, VerdictCause.ProviderAbsent, "does not have hashicorp/aws" },
        { "suspended", "5.2.0", null, VerdictCause.OriginFails, "temporarily suspended" },
        { "never asked", "5.2.0", null, VerdictCause.NeverAsked, "has not been queried" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Verdict_WithSeveralObstacles_NamesTheFirst(string what, string? version, string? platform, VerdictCause cause, string said)
    {
        var verdict = InitDiagnosis.Decide(
            Facts(what), version is null ? null : ProviderVersion.Parse(version), platform is null ? null : Platform.Parse(platform));

        Assert.Equal(cause, verdict.Cause);
        Assert.Contains(said, verdict.Summary, StringComparison.Ordinal);
        Assert.NotEmpty(verdict.Advice);
        Assert.Equal(
            cause switch { VerdictCause.Stored or VerdictCause.Fetchable => true, VerdictCause.NeverAsked => null, _ => false },
            verdict.Works);
    }

    [Theory]
    [InlineData(FailureKind.CredentialsRefused, "TF_TOKEN variable")]
    [InlineData(FailureKind.InvalidAnswer, "login page or a proxy")]
    [InlineData(FailureKind.ForbiddenAddress, "ProvidersUrl")]
    [InlineData(FailureKind.Unreachable, "Mirror:Upstream:Proxy")]
    [InlineData(FailureKind.TooSlow, "Mirror:Upstream:Proxy")]
    public void Advice_ForAnOriginFailure_MatchesTheFailure(FailureKind kind, string advice)
    {
        var facts = Facts("");
        facts = facts with { Origin = Failing(facts.Origin with { ListedAt = null }, kind, "It failed.") };

        Assert.Contains(advice, InitDiagnosis.Decide(facts, null, null).Advice, StringComparison.Ordinal);
    }

    private static ProviderFacts Facts(string what)
    {
        var newest = new VersionFacts(ProviderVersion.Parse("5.2.0"), true, [Mac, Linux], [], null, null);
        var older = new VersionFacts(ProviderVersion.Parse("5.1.0"), true, [Linux], [Linux], TrustLevel.Verified, null);
        var origin = new OriginFacts(
            Aws.Hostname, true, UpstreamMode.Fallback, true, NamespacePath.Default, false, false, null, Now, Now, null);
        var facts = new ProviderFacts(Aws, NamespacePath.Parse("default/network"), origin, [newest, older], []);
        var unreachable = Failing(origin, FailureKind.Unreachable, "connection refused");
        return what switch
        {
            "" => facts,
            "unknown platforms" => facts with { Versions = [newest with { OriginPlatforms = [] }, older] },
            "hidden" => facts with { Versions = [newest with { HiddenBecause = "the rule 'Deny' denies it" }, older] },
            "quarantined" => facts with { Quarantine = [new QuarantineEntry(Aws, newest.Version, null, "wrong signature", Now, Now)] },
            "quarantined for linux" =>
                facts with { Quarantine = [new QuarantineEntry(Aws, newest.Version, Linux, "wrong hash", Now, Now)] },
            "host not allowed" => facts with { Origin = origin with { Allowed = false } },
            "own hostname" => facts with { Origin = origin with { Allowed = false, IsOwn = true } },
            "offline" => facts with { Origin = origin with { Mode = UpstreamMode.Offline } },
            "caching off" => facts with { Origin = origin with { AutomaticCaching = false } },
            "origin fails" => facts with { Origin = unreachable },
            "origin fails, online" => facts with { Origin = unreachable with { Mode = UpstreamMode.Online } },
            "origin has it not" =>
                facts with { Versions = [], Origin = Failing(origin with { ListedAt = null }, FailureKind.NotFound, "404") },
            "suspended" => facts with { Origin = origin with { Suspended = true } },
            "never asked" => facts with { Versions = [], Origin = origin with { AskedAt = null, ListedAt = null } },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }

    private static OriginFacts Failing(OriginFacts origin, FailureKind kind, string message) =>
        origin with { Failure = message, LastFailure = new Failure(kind, message) };
}
