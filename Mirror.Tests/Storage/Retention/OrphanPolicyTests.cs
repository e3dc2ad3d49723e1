using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Storage.Retention;

namespace Mirror.Tests.Storage.Retention;

public sealed class OrphanPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(100, 1000, false)]
    [InlineData(101, 1000, true)]
    [InlineData(100, 1009, false)]
    [InlineData(101, 1009, true)]
    [InlineData(10, 10, true)]
    [InlineData(0, 0, false)]
    public void HoldsBack_WithMoreThanATenthOfTheStore_IsTrue(long orphaned, long stored, bool expected) =>
        Assert.Equal(expected, OrphanPolicy.HoldsBack(orphaned, stored));

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8, 1)]
    [InlineData(6.99, 0)]
    [InlineData(-1, 0)]
    public void Choose_AfterTheGracePeriod_ReturnsExpiredOrphans(double daysAgo, int expected) =>
        Assert.Equal(expected, OrphanPolicy.Choose([Orphan(10, daysAgo)], 1000, TimeSpan.FromDays(7), Now).Count);

    [Fact]
    public void Choose_WithMoreThanATenthOfTheStore_ReturnsNone() =>
        Assert.Empty(OrphanPolicy.Choose([Orphan(90, 8), Orphan(20, 1)], 1000, TimeSpan.FromDays(7), Now));

    private static Orphan Orphan(long size, double daysAgo) =>
        new(
            Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(daysAgo.ToString(CultureInfo.InvariantCulture))),
            size,
            Now - TimeSpan.FromDays(daysAgo));
}
