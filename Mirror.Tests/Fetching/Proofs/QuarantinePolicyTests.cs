using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Tests.Fetching.Proofs;

public sealed class QuarantinePolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    [Fact]
    public void Interval_OfVersions_StartsWithTheNegativeTtlAndDoublesUpToAnHour()
    {
        var minutes = new List<double>();
        TimeSpan? last = null;
        for (int i = 0; i < 9; i++)
        {
            last = QuarantinePolicy.NextInterval(last, repeats: true, Ttl);
            minutes.Add(last.Value.TotalMinutes);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], minutes);
    }

    [Theory]
    // Whether a request caused the previous attempt, which then had no interval before it.
    [InlineData(0, true, 60, 60)]
    [InlineData(120, false, 60, 60)]
    // A negative TTL above the longest interval replaces it.
    [InlineData(null, true, 7200, 7200)]
    [InlineData(7200, true, 7200, 7200)]
    [InlineData(null, true, 0, 1)]
    [InlineData(1, true, 0, 2)]
    public void Interval_AtTheEdges_IsBounded(int? previous, bool repeats, int ttl, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        QuarantinePolicy.NextInterval(previous is { } seconds ? TimeSpan.FromSeconds(seconds) : null, repeats, TimeSpan.FromSeconds(ttl)));

    [Theory]
    // Minutes since the last attempt, interval in minutes: version hidden, package hidden, due, recent.
    [InlineData(0, 4, true, true, false, true)]
    [InlineData(0.9, 4, true, true, false, true)]
    [InlineData(1, 4, true, true, false, false)]
    [InlineData(4, 4, true, false, true, false)]
    // After a refresh.
    [InlineData(0.5, 0, true, false, true, false)]
    // The clock was set back.
    [InlineData(-600, 4, true, false, true, false)]
    public void Entry_ByItsAge_IsHiddenDueOrRecent(double age, double interval, bool version, bool package, bool due, bool recent)
    {
        var now = Noon + TimeSpan.FromMinutes(age);
        var entry = new QuarantineEntry(
            ProviderAddress.Parse("example/hello"),
            ProviderVersion.Parse("1.0.0"),
            null,
            "why",
            Noon,
            Noon + TimeSpan.FromMinutes(interval));

        Assert.Equal(
            (version, package, due, recent),
            (
                QuarantinePolicy.Hides(entry, now),
                QuarantinePolicy.Hides(entry with { Platform = Platform.Parse("linux_amd64") }, now),
                QuarantinePolicy.IsDue(entry, now),
                QuarantinePolicy.IsRecent(entry, now, Ttl)));
    }

    [Theory]
    [InlineData(6.9, true)]
    [InlineData(7, false)]
    public void Provider_RequestedRecently_IsRetried(double days, bool wanted) =>
        Assert.Equal(wanted, QuarantinePolicy.IsWanted(TimeSpan.FromDays(days)));
}
