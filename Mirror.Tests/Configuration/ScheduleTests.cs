using System.Globalization;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("30 3 * * *", "2026-11-24T03:29:59", "2026-11-24T03:30")]
    [InlineData("30 3 * * *", "2026-11-24T03:30:00", "2026-11-25T03:30")]
    [InlineData("*/20 * * * *", "2026-11-24T03:41:00", "2026-11-24T04:00")]
    [InlineData("0 6-8/2,20 * * *", "2026-11-24T08:30:00", "2026-11-24T20:00")]
    [InlineData("0 0 * * 1-5", "2026-11-27T12:00:00", "2026-11-30T00:00")] // Friday to Monday.
    [InlineData("0 0 * * 7", "2026-11-24T00:00:00", "2026-11-29T00:00")]
    [InlineData("0 0 1 * 3", "2026-11-24T00:00:00", "2026-11-25T00:00")] // One of the two days.
    [InlineData("0 0 29 2 *", "2026-11-24T00:00:00", "2028-02-29T00:00")]
    [InlineData("59 23 31 12 *", "2026-12-31T23:59:00", "2027-12-31T23:59")]
    public void Next_OfACronExpression_IsTheFirstMatchingMinute(string text, string now, string expected)
    {
        Assert.True(Schedule.TryParse(text, out var schedule));

        Assert.Equal(Time(expected), schedule.Next(Time(now), null));
    }

    [Fact]
    public void Next_OfAnInterval_IsNowAndThenOneIntervalLater()
    {
        Assert.True(Schedule.TryParse("6h", out var schedule));
        var now = Time("2026-11-24T10:00");

        Assert.Equal(now, schedule.Next(now, null));
        Assert.Equal(now.AddHours(4), schedule.Next(now, now.AddHours(-2)));
        Assert.Equal(now, schedule.Next(now, now.AddHours(-20)));
    }

    [Theory]
    [InlineData("daily")]
    [InlineData("5s")]
    [InlineData("60 * * * *")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 0 30 2 *")]
    [InlineData("a * * * *")]
    public void TryParse_ExpressionThatNeverMatches_ReturnsFalse(string text) => Assert.False(Schedule.TryParse(text, out _));

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
