using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

/// <summary>The comparison of versions as text matches the comparison of version objects.</summary>
public sealed class VersionTextTests
{
    [Theory]
    [InlineData("1", "1.0.0")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("1.2-rc.1+b.01", "1.2.0-rc.1+b.01")]
    [InlineData("18446744073709551615.0.0", "18446744073709551615.0.0")]
    [InlineData("1.2.3+build", "1.2.3+build")]
    public void Canonicalize_Version_ReturnsTheThreePartForm(string text, string expected)
    {
        Assert.True(VersionText.TrySplit(text, out _));
        Assert.Equal(expected, Canonical(text));
        Assert.Equal(expected, ProviderVersion.Parse(text).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.0.0")]
    [InlineData("1.2.3.4")]
    [InlineData("1..3")]
    [InlineData("01.0.0")]
    [InlineData("-rc")]
    [InlineData("+b")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0+")]
    [InlineData("1.0.0-rc..1")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0-rc_1")]
    [InlineData("1.0.0 ")]
    [InlineData("1.0.\u0661")]
    [InlineData("18446744073709551616.0.0")]
    public void Canonicalize_InvalidVersion_ReturnsFalse(string text)
    {
        Assert.False(ProviderVersion.TryParse(text, out _));
        Assert.Null(Canonical(text));
    }

    [Fact]
    public void Canonicalize_VersionOfMaximumLength_Succeeds()
    {
        string longest = "1-" + new string('a', VersionText.MaxLength - 2);

        Assert.Equal(ProviderVersion.Parse(longest).Value, Canonical(longest));
        Assert.Null(Canonical(longest + "a"));
    }

    [Fact]
    public void Compare_TwoVersions_FollowsPrecedence()
    {
        var random = new Random(20261130);
        string[] identifiers = ["0", "1", "2", "10", "9", "alpha", "beta", "rc", "a-b", "A", "1a", "-", "rc1"];
        string[] versions = [.. Enumerable.Range(0, 400).Select(_ => Make())];

        foreach (string left in versions)
        {
            foreach (string right in versions)
            {
                int expected = Math.Sign(ProviderVersion.Parse(left).CompareTo(ProviderVersion.Parse(right)));
                int compared = Math.Sign(VersionText.Compare(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right)));
                Assert.True(expected == compared, $"{left} and {right}: {compared} instead of {expected}");
            }
        }

        string Make()
        {
            string version = $"{random.Next(12)}.{random.Next(2)}.{random.Next(12)}";
            version += random.Next(3) == 0 ? "" : "-" + Identifiers();
            return version + (random.Next(3) == 0 ? "+" + Identifiers() : "");
        }

        string Identifiers() =>
            string.Join('.', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => identifiers[random.Next(identifiers.Length)]));
    }

    private static string? Canonical(string text)
    {
        Span<byte> canonical = stackalloc byte[VersionText.MaxCanonicalLength];
        return VersionText.TryCanonicalize(Encoding.UTF8.GetBytes(text), canonical, out int length)
            ? Encoding.ASCII.GetString(canonical[..length])
            : null;
    }
}
