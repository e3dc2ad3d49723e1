using Mirror.Core.Addresses;
using Mirror.Core.Verification;

namespace Mirror.Tests.Verification;

public sealed class KeyStatesTests
{
    private const string Key = "1111111111111111111111111111111111111111";
    private const string Other = "2222222222222222222222222222222222222222";
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // Pins of the root group, pinned keys of the configuration, whether the key replaces another.
    [InlineData("", "", false, KeyState.Accepted)]
    [InlineData("", "", true, KeyState.New)]
    [InlineData("acme/*=K", "", true, KeyState.Pinned)]
    [InlineData("acme/*=O", "", false, KeyState.Refused)]
    [InlineData("other/*=O", "", false, KeyState.Accepted)]
    [InlineData("acme/*=O; acme/dns=K", "", false, KeyState.Pinned)]
    [InlineData("acme/*=K; acme/dns=O", "", false, KeyState.Refused)]
    [InlineData("acme/dns=O; acme/dns=K", "", false, KeyState.Pinned)]
    [InlineData("", "K", false, KeyState.Pinned)]
    [InlineData("", "O", false, KeyState.Refused)]
    // Both the pins and the configuration must name it.
    [InlineData("acme/*=K", "O", false, KeyState.Refused)]
    [InlineData("acme/*=K", "O K", false, KeyState.Pinned)]
    public void State_ByPinsAndRules_SaysWhetherTheKeyMaySign(string pins, string rules, bool replaces, KeyState expected) =>
        Assert.Equal(expected, KeyStates.Of(Seen(pinned: false) with { ReplacesAnother = replaces }, Rules(rules), Pins(pins)));

    [Theory]
    // A pin of a signing subkey names another fingerprint than that of the key.
    [InlineData(-1, KeyState.Pinned)]
    [InlineData(1, KeyState.Refused)]
    public void State_OfAKeyThatWasPinned_IsPinnedUnlessThePinIsNewer(int hours, KeyState expected) => Assert.Equal(
        expected,
        KeyStates.Of(
            Seen(pinned: true),
            [],
            [new KeyPin(ProviderPattern.Parse("acme/*"), Other, null, Noon.AddHours(hours), "admin")]));

    private static SeenSigningKey Seen(bool pinned) =>
        new(ProviderAddress.Parse("acme/dns"), Key, "Acme", Noon.AddDays(-9), 3, pinned, Expired: false, Noon);

    private static StatedTrustRule[] Rules(string keys) => keys.Length == 0
        ? []
        : [new StatedTrustRule("registry.terraform.io/acme/*", [.. keys.Split(' ').Select(Fingerprint)], RefusesNewKeys: false, BuiltIn: false)];

    private static List<KeyPin> Pins(string pins) =>
    [
        .. pins.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(pin => pin.Split('='))
            .Select(pin => new KeyPin(ProviderPattern.Parse(pin[0]), Fingerprint(pin[1]), null, Noon.AddDays(-1), "admin")),
    ];

    private static string Fingerprint(string name) => name == "K" ? Key : Other;
}
