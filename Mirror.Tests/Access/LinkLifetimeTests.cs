using Mirror.Core.Access;

namespace Mirror.Tests.Access;

public sealed class LinkLifetimeTests
{
    [Theory]
    // Unix time, lifetime, expiry of the link, expiry of the next different link.
    [InlineData(0, 3600, 3600, 1800)]
    [InlineData(1799, 3600, 3600, 1800)]
    [InlineData(1800, 3600, 5400, 3600)]
    [InlineData(3599, 3600, 5400, 3600)]
    [InlineData(100, 61, 150, 120)]
    [InlineData(10, 3, 12, 11)]
    [InlineData(10, 1, 12, 11)]
    public void Link_CreatedInTheSameHalfLifetime_HasTheSameExpiry(long now, int lifetime, long expires, long sameUntil)
    {
        var at = LinkLifetime.At(DateTimeOffset.FromUnixTimeSeconds(now), TimeSpan.FromSeconds(lifetime));

        Assert.Equal((expires, DateTimeOffset.FromUnixTimeSeconds(sameUntil)), (at.Expires, at.SameUntil));
        Assert.True(LinkLifetime.Holds(expires, DateTimeOffset.FromUnixTimeSeconds(now), TimeSpan.FromSeconds(lifetime)));
    }

    [Theory]
    // For a link that expires at 10,000: seconds, lifetime.
    [InlineData(9999.999, 3600, true)]
    [InlineData(10000, 3600, false)]
    [InlineData(10000.001, 3600, false)]
    // A link expires at most one lifetime after it is created, plus the clock tolerance.
    [InlineData(6100, 3600, true)]
    [InlineData(6099.999, 3600, false)]
    // The shortest lifetime is two seconds.
    [InlineData(9698, 1, true)]
    [InlineData(9697.999, 1, false)]
    [InlineData(9697, 3, true)]
    public void Link_IsValidUntilExpiry_UnlessTheClockWasSetBack(double now, int lifetime, bool expected) =>
        Assert.Equal(expected, LinkLifetime.Holds(10_000, DateTimeOffset.UnixEpoch.AddSeconds(now), TimeSpan.FromSeconds(lifetime)));
}
