using System.Globalization;
using Mirror.Core.Verification;
using Mirror.Core.Verification.OpenPgp;

namespace Mirror.Tests.Verification;

/// <summary>The expiry of keys: the server records and shows the same as <c>gpg --list-keys</c>.</summary>
public sealed class KeyExpiryTests(Gpg gpg) : IClassFixture<Gpg>
{
    private static readonly DateTimeOffset Created = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Created.AddDays(1000);

    private static readonly SelfSignature[] None = [];

    /// <summary>The description of each key, the days after which it expires, and its signatures.</summary>
    private static readonly (string Name, int? Days, SelfSignature[] Direct, SelfSignature[][] UserIds)[] Cases =
    [
        ("one user id without expiry", null, None, [[new(0)]]),
        ("one user id", 500, None, [[new(0, 500)]]),
        ("extended", 2000, None, [[new(0, 500), new(400, 2000)]]),
        ("extended, in reverse order", 2000, None, [[new(400, 2000), new(0, 500)]]),
        ("expiry taken back", null, None, [[new(0, 500), new(400)]]),
        ("two at the same time", 700, None, [[new(0, 500), new(0, 700)]]),
        ("two user ids, the newer without expiry", 500, None, [[new(0, 500)], [new(100)]]),
        ("two user ids, the older longer", 300, None, [[new(0, 500)], [new(100, 300)]]),
        ("two user ids of the same time", 500, None, [[new(0, 500)], [new(0, 300)]]),
        ("the user id with the expiry revoked", null, None, [[new(0)], [new(10, 500), new(20, Revokes: true)]]),
        ("a user id certified again after its revocation", 600, None, [[new(0)], [new(10, 500), new(20, Revokes: true), new(30, 600)]]),
        ("direct-key signature alone", 500, [new(0, 500)], [[new(0)]]),
        ("direct-key signature against a newer user id", 500, [new(0, 500)], [[new(100, 700)]]),
        ("two direct-key signatures", 700, [new(0, 500), new(50, 700)], [[new(100, 300)]]),
        ("direct-key signature without expiry", 300, [new(0)], [[new(0, 300)]]),
        ("newer direct-key signature without expiry", 300, [new(0, 500), new(50)], [[new(0, 300)]]),
        ("self-signature that has expired itself", null, None, [[new(0, 500), new(100, 700, Lifetime: 200)]]),
        ("self-signature that will expire", 700, None, [[new(0, 500), new(100, 700, Lifetime: 2000)]]),
        ("direct-key signature that has expired itself", 300, [new(0, 500, Lifetime: 100)], [[new(0, 300)]]),
        ("newer direct-key signature that has expired itself", 500, [new(0, 500), new(50, 700, Lifetime: 100)], [[new(0, 300)]]),
        ("self-signature older than the key", null, None, [[new(0), new(-100, 500)]]),
        ("direct-key signature older than the key", 300, [new(-1, 500)], [[new(0, 300)]]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Key_WithSelfSignatures_ExpiresAsInGpg(string name)
    {
        var (_, days, direct, userIds) = Cases.Single(item => item.Name == name);
        byte[] key = SelfSignedKey.Make(Created, direct, userIds);
        DateTimeOffset? expected = days is null ? null : Created.AddDays(days.Value);

        Assert.True(SigningKey.TryParse(Armor.Encode(key), Now, out var read, out string? refusal), refusal);

        Assert.Equal((expected, expected), (read.Expires, Assert.Single(gpg.ListExpiry(key, At(Now))).Expires));
    }

    [Fact]
    public void Key_OfRandomSelfSignatures_ExpiresAsInGpg()
    {
        var random = new Random(20261201);
        var keys = new List<byte[]>();
        for (int i = 0; i < 100; i++)
        {
            // At least one user id is valid. Otherwise, no client would accept the key.
            keys.Add(SelfSignedKey.Make(
                Created.AddSeconds(i),
                Signatures(random, mayRevoke: false, random.Next(3)),
                [
                    [new(0, random.Next(2) == 0 ? null : random.Next(1, 2000))],
                    .. Enumerable.Range(0, random.Next(3)).Select(_ => Signatures(random, mayRevoke: true, random.Next(1, 4))),
                ],
                [new(0, random.Next(2) == 0 ? null : random.Next(1, 2000)), .. Signatures(random, mayRevoke: false, random.Next(3))]));
        }

        var shown = gpg.ListExpiry([.. keys.SelectMany(key => key)], At(Now));
        var read = Certificate.ParseAll([.. keys.SelectMany(key => key)], new CheckBudget(), Now);

        Assert.Equal(
            shown,
            read.SelectMany(key => key.Subkeys.Select(subkey => (true, subkey.Expires)).Prepend((false, key.Expires))));
        Assert.Equal(2 * keys.Count, shown.Count);
    }

    private static SelfSignature[] Signatures(Random random, bool mayRevoke, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => new SelfSignature(
            random.Next(-1, 8) * 100,
            random.Next(3) == 0 ? null : random.Next(1, 2000),
            random.Next(4) == 0 ? random.Next(1, 1500) : null,
            mayRevoke && random.Next(4) == 0)),
    ];

    private static string At(DateTimeOffset time) => time.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
}
