using Mirror.Core.Addresses;
using Mirror.Core.Verification;

namespace Mirror.Tests.Verification;

public sealed class TrustPolicyTests
{
    private const string HashiCorp = "C874011F0AB405110D02105534365D9472D7468F";
    private const string K1 = "1111111111111111111111111111111111111111";
    private const string K2 = "2222222222222222222222222222222222222222";
    private const string S1 = "3333333333333333333333333333333333333333";

    private static readonly TrustRule RefuseNew = new("*/*/*", [], NewKeyPolicy.Refuse);

    public static TheoryData<string, TrustRule[], string, string?, string[], string> Decisions()
    {
        TrustRule[] none = [];
        return new()
        {
            // No configuration: HashiCorp's own providers are pinned. Other providers accept any key and record it.
            { "built-in pin", none, "hashicorp/null", HashiCorp, [], "accept pinned new" },
            { "built-in pin, seen", none, "hashicorp/null", HashiCorp, [HashiCorp], "accept pinned" },
            { "built-in pin, another key", none, "hashicorp/null", K1, [], "refuse" },
            { "built-in pin, another key although seen", none, "hashicorp/null", K1, [K1], "refuse" },
            { "another registry's hashicorp", none, "registry.opentofu.org/hashicorp/null", K1, [], "accept new" },
            { "first key", none, "acme/x", K1, [], "accept new" },
            { "known key", none, "acme/x", K1, [K1], "accept" },
            { "known key in lower case", none, "acme/x", HashiCorp, [HashiCorp.ToLowerInvariant()], "accept" },
            { "new key", none, "acme/x", K2, [K1], "accept new" },

            // New keys are refused.
            { "first key is taken", [RefuseNew], "acme/x", K1, [], "accept new" },
            { "known key is accepted", [RefuseNew], "acme/x", K1, [K1, K2], "accept" },
            { "different later key", [RefuseNew], "acme/x", K2, [K1], "refuse" },
            { "more specific rule accepts", [RefuseNew, new("acme/*", [])], "acme/x", K2, [K1], "accept new" },
            { "less specific rule does not matter", [new(
                "acme/*", [], NewKeyPolicy.Refuse), new("*/*", [])], "acme/x", K2, [K1], "refuse" },

            // Pinned keys.
            { "pinned primary key", [new("acme/*", [K1])], "acme/x", K1, [], "accept pinned new" },
            { "pinned signing key", [new("acme/*", [S1])], "acme/x", K1, [K1], "accept pinned" },
            { "pin in another form", [new(
                "ACME/X", ["1111 1111 1111 1111 1111  1111 1111 1111 1111 1111"])], "acme/x", K1, [K1], "accept pinned" },
            { "one of several pins", [new("acme/*", [K2, K1])], "acme/x", K1, [K1], "accept pinned" },
            { "rules for the same providers add up", [new("acme/*", [K2]), new(
                "registry.terraform.io/acme/*", [K1])], "acme/x", K1, [K1], "accept pinned" },
            { "not pinned", [new("acme/*", [K2])], "acme/x", K1, [K1], "refuse" },
            { "pinned key is never too new", [new("acme/*", [K1], NewKeyPolicy.Refuse)], "acme/x", K1, [K2], "accept pinned new" },
            { "pins of the most specific rule", [new("acme/*", [K2]), new("acme/x", [K1])], "acme/x", K1, [K1], "accept pinned" },
            { "pin for everything", [new("*/*/*", [K1])], "example.com/a/b", K1, [], "accept pinned new" },
            { "pin for any host", [new("*/acme/x", [K1])], "example.com/acme/x", K2, [], "refuse" },
            { "hostname left out means the default", [new("acme/*", [K1])], "example.com/acme/x", K2, [], "accept new" },

            // The built-in rule.
            { "replaced", [new("hashicorp/*", [K1])], "hashicorp/null", K1, [], "accept pinned new" },
            { "replaced, old pin is gone", [new("registry.terraform.io/hashicorp/*", [K1])], "hashicorp/null", HashiCorp, [], "refuse" },
            { "replaced by no pin", [new("hashicorp/*", [])], "hashicorp/null", K1, [], "accept new" },
            { "replaced, new keys refused", [new("hashicorp/*", [], NewKeyPolicy.Refuse)], "hashicorp/null", K1, [K2], "refuse" },
            { "of two rules refusing wins", [new("acme/*", [], NewKeyPolicy.Refuse), new("acme/*", [])], "acme/x", K1, [K2], "refuse" },
            { "refusing wins in either order", [new("acme/*", []), new("acme/*", [], NewKeyPolicy.Refuse)], "acme/x", K1, [K2], "refuse" },
            { "a wider pin does not lift it", [new("*/*/*", [K1])], "hashicorp/null", K1, [], "refuse" },
            { "a rule about new keys does not lift it", [new(
                "hashicorp/null", [], NewKeyPolicy.Refuse)], "hashicorp/null", K1, [], "refuse" },

            // Unsigned providers have a null key.
            { "unsigned", none, "acme/x", null, [], "refuse" },
            { "unsigned although pinned", none, "hashicorp/null", null, [], "refuse" },
        };
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Decide_AddressKeyRulesAndSeenKeys_FollowsTheTable(
        string what, TrustRule[] rules, string provider, string? key, string[] seen, string expected)
    {
        var decision = new TrustPolicy(rules).Decide(ProviderAddress.Parse(provider), Signed(key), seen, allowUnsigned: false);

        Assert.Equal((what, expected), (what, Describe(decision)));
    }

    [Theory]
    [InlineData("acme/x", NewKeyPolicy.Accept, null, "accept unsigned")]
    [InlineData("acme/x", NewKeyPolicy.Accept, K1, "accept unsigned")]
    [InlineData("acme/x", NewKeyPolicy.Refuse, null, "accept unsigned")]
    [InlineData("acme/x", NewKeyPolicy.Refuse, K1, "refuse")]
    [InlineData("hashicorp/null", NewKeyPolicy.Accept, null, "refuse")]
    public void Decide_UnsignedAllowedByPolicy_IsAcceptedUnlessPinnedOrDowngraded(
        string provider, NewKeyPolicy newKeys, string? seen, string expected)
    {
        var policy = new TrustPolicy([new TrustRule("*/*/*", [], newKeys)]);

        var decision = policy.Decide(ProviderAddress.Parse(provider), Signed(null), seen is null ? [] : [seen], allowUnsigned: true);

        Assert.Equal(expected, Describe(decision));
    }

    /// <summary>Pins of a root group restrict what the rules accept, and add no key to it.</summary>
    [Theory]
    [InlineData("acme/x", K1, "", "accept new")]
    [InlineData("acme/x", K1, "acme/*=1", "accept pinned new")]
    [InlineData("acme/x", K2, "acme/*=1", "refuse")]
    [InlineData("acme/x", K2, "acme/*=1 acme/*=2", "accept pinned new")]
    [InlineData("acme/x", K1, "acme/*=2 acme/x=1", "accept pinned new")]
    [InlineData("acme/x", K2, "acme/*=2 acme/x=1", "refuse")]
    [InlineData("acme/x", K2, "*/*/*=1", "refuse")]
    [InlineData("acme/x", K2, "other/*=1", "accept new")]
    [InlineData("acme/x", null, "other/*=1", "accept unsigned")]
    [InlineData("acme/x", null, "acme/x=1", "refuse")]
    [InlineData("hashicorp/null", HashiCorp, "", "accept pinned new")]
    [InlineData("hashicorp/null", K1, "hashicorp/null=1", "refuse")]
    [InlineData("hashicorp/null", HashiCorp, "hashicorp/null=1", "refuse")]
    public void Decide_WithPinsOfARootGroup_IsStricter(string provider, string? key, string pins, string expected)
    {
        var own = pins.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pin => pin.Split('=')).Select(pin => new KeyPin(
            ProviderPattern.Parse(pin[0]), pin[1] == "1" ? K1 : K2, null, DateTimeOffset.UnixEpoch, "ada"));

        var decision = new TrustPolicy([]).Decide(
            ProviderAddress.Parse(provider), Signed(key), [], allowUnsigned: true, [.. own]);

        Assert.Equal(expected, Describe(decision));
    }

    [Fact]
    public void Decide_InvalidSignature_IsRejectedEvenIfUnsignedIsAllowed()
    {
        var invalid = new SignatureResult.Invalid(SignatureFault.BadSignature, "It was changed.");

        var refuse = Assert.IsType<TrustDecision.Refuse>(
            new TrustPolicy([]).Decide(ProviderAddress.Parse("acme/x"), invalid, [], allowUnsigned: true));
        Assert.Equal("It was changed.", refuse.Reason);
    }

    [Fact]
    public void Decide_RejectedKey_NamesProviderKeyAndPin()
    {
        var refuse = Assert.IsType<TrustDecision.Refuse>(
            new TrustPolicy([]).Decide(ProviderAddress.Parse("hashicorp/null"), Signed(K1), [], false));

        Assert.Equal(
            $"registry.terraform.io/hashicorp/null is signed by key {K1} (Owner), but the trust rule for registry.terraform.io/hashicorp/* pins {HashiCorp}.",
            refuse.Reason);
    }

    [Theory]
    [InlineData(
        "hashicorp/null",
        false,
        "offers no signing keys for {0}, but the trust rule for registry.terraform.io/hashicorp/* pins " + HashiCorp + ".")]
    [InlineData(
        "acme/x", false, "offers no signing keys for {0}; expected a signed provider, or a policy rule that allows this one unsigned.")]
    [InlineData("acme/x", true, "no longer offers signing keys for {0}, which was signed before. New keys are refused for this provider.")]
    public void Decide_Unsigned_ReportsWhatWasExpected(string provider, bool allowed, string expected) => Assert.Equal(
        $"The registry {expected.Replace("{0}", "registry.terraform.io/" + provider, StringComparison.Ordinal)}",
        Refusal(provider, Signed(null), [K1], allowed));

    [Fact]
    public void Decide_RejectedNewKey_NamesTheExpectedKeys() => Assert.Equal(
        $"registry.terraform.io/acme/x is signed by key {S1} (Owner), which has not signed it before. New keys are refused for this provider; "
            + $"expected {K1} or {K2}.",
        Refusal("acme/x", Signed(S1), [K1, K2], allowUnsigned: false));

    [Fact]
    public void Decide_WithSeveralPinnedKeys_NamesThemAll()
    {
        var policy = new TrustPolicy([new TrustRule("acme/*", [K1, K2])]);
        var acme = ProviderAddress.Parse("acme/x");

        Assert.All(
            new[] { policy.Decide(acme, Signed(S1), [], false), policy.Decide(acme, Signed(null), [], false) },
            decision => Assert.EndsWith(
                $" pins {K1} or {K2}.", Assert.IsType<TrustDecision.Refuse>(decision).Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_InEffect_AreListedMostSpecificFirst() => Assert.Equal(
        [
            ("registry.terraform.io/acme/x", K1, true, false),
            ("registry.terraform.io/hashicorp/*", HashiCorp, false, true),
            ("*/*/*", $"{K2} {K1}", false, false),
        ],
        new TrustPolicy([new("*/*/*", [K2]), new("acme/x", [K1], NewKeyPolicy.Refuse), new("*/*/*", [K1, K2])]).Rules
            .Select(rule => (rule.Provider, string.Join(' ', rule.Fingerprints), rule.RefusesNewKeys, rule.BuiltIn)));

    [Fact]
    public void Rules_ReplacingTheBuiltInOne_AreNotBuiltIn() => Assert.Equal(
        [("registry.terraform.io/hashicorp/*", false)],
        new TrustPolicy([new("hashicorp/*", [K1])]).Rules.Select(rule => (rule.Provider, rule.BuiltIn)));

    [Fact]
    public void BuiltInRule_ForHashiCorp_PinsItsRealKey()
    {
        Assert.True(SigningKey.TryParse(File.ReadAllText(TestData.Path("hashicorp/hashicorp.asc")), TestData.Now, out var key, out _));
        Assert.Equal([key.Fingerprint], TrustPolicy.BuiltInRule.Fingerprints);

        var result = new OpenPgpVerifier(TimeProvider.System).Verify(
            File.ReadAllBytes(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS")),
            File.ReadAllBytes(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS.sig")),
            [File.ReadAllText(TestData.Path("hashicorp/hashicorp.asc"))]);
        Assert.Equal("accept pinned new", Describe(new TrustPolicy([]).Decide(ProviderAddress.Parse("hashicorp/null"), result, [], false)));
    }

    [Theory]
    [InlineData("acme", K1, "'acme' is not a provider pattern")]
    [InlineData("a/b/c/d", K1, "is not a provider pattern")]
    [InlineData("acme/x*", K1, "is not a provider pattern")]
    [InlineData("acme/*", "1111111111111111", "'1111111111111111' is not a key fingerprint")]
    [InlineData("acme/*", "G111111111111111111111111111111111111111", "expected 40 hexadecimal digits")]
    public void Rule_Malformed_IsRejectedByName(string pattern, string fingerprint, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => new TrustPolicy([new TrustRule(pattern, [fingerprint])]));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static string Refusal(string provider, SignatureResult signature, string[] seen, bool allowUnsigned) =>
        Assert.IsType<TrustDecision.Refuse>(
            new TrustPolicy([RefuseNew]).Decide(ProviderAddress.Parse(provider), signature, seen, allowUnsigned)).Reason;

    private static SignatureResult Signed(string? fingerprint) => fingerprint is null
        ? new SignatureResult.Invalid(SignatureFault.NoKeys, "No keys.")
        : new SignatureResult.Valid(
            new SigningKey(fingerprint, "Owner", DateTimeOffset.UnixEpoch, null, "Ed25519", false),
            S1,
            0,
            DateTimeOffset.UnixEpoch,
            false,
            []);

    private static string Describe(TrustDecision decision) => decision is TrustDecision.Accept accept
        ? "accept" + (accept.IsPinned ? " pinned" : "") + (accept.IsNewKey ? " new" : "") + (accept.IsUnsigned ? " unsigned" : "")
        : "refuse";
}
