using Mirror.Core;

namespace Mirror.Tests.Time;

/// <summary>Ages after changes of the wall clock, and after the host was suspended, when only the wall clock continues.</summary>
public sealed class MomentTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0, 60)]
    [InlineData(-24, 60)]
    [InlineData(24, 25 * 60)]
    public void Age_AfterAnHourAndAClockChange_IsTheGreaterOfBoth(int hours, int minutes)
    {
        var moment = Moment.Now(_time);
        _time.SetWallClock(_time.GetUtcNow().AddHours(hours));
        _time.Advance(Hour);

        Assert.Equal(TimeSpan.FromMinutes(minutes), moment.Age(_time));
    }

    [Theory]
    [InlineData(0, 120)]
    [InlineData(-24, 120)]
    [InlineData(24, 26 * 60)]
    public void Age_OfAStoredMoment_GrowsAfterAClockChange(int hours, int minutes)
    {
        var moment = Moment.Stored(_time.GetUtcNow() - Hour, _time);
        _time.SetWallClock(_time.GetUtcNow().AddHours(hours));
        _time.Advance(Hour);

        Assert.InRange(moment.Age(_time), TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes) + TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Age_OfAStoredFutureMoment_IsWithinNoLimit()
    {
        var moment = Moment.Stored(_time.GetUtcNow() + Hour, _time);

        Assert.False(moment.IsWithin(TimeSpan.FromDays(365), _time));
        Assert.Equal(_time.GetUtcNow() + Hour, moment.At);
        Assert.False(Moment.Never.IsWithin(TimeSpan.FromDays(365), _time));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void IsWithin_BelowTheLimit_IsTrue(int minutes, bool expected)
    {
        var moment = Moment.Now(_time);
        _time.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(expected, moment.IsWithin(Hour, _time));
    }

    /// <summary>An earlier timestamp would cause an overflow.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Age_OfAVeryOldStoredMoment_IsTheMaximum(int ticks, bool known)
    {
        var at = _time.GetUtcNow() - TimeSpan.FromDays(3650) - TimeSpan.FromTicks(ticks);
        var moment = Moment.Stored(at, _time);

        Assert.Equal((at, known), (moment.At, moment.IsWithin(TimeSpan.FromDays(3651), _time)));
        Assert.Equal(known ? TimeSpan.FromDays(3650) : TimeSpan.MaxValue, moment.Age(_time));
    }

    [Fact]
    public void Age_OfACurrentStoredMoment_IsZeroAfterTheClockWasSetBack()
    {
        var moment = Moment.Stored(_time.GetUtcNow(), _time);
        _time.SetWallClock(_time.GetUtcNow() - Hour);

        Assert.Equal(TimeSpan.Zero, moment.Age(_time));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(-5, true)]
    [InlineData(-6, false)]
    public void StoredLifetime_FromCreationToExpiry_IsValid(int minutes, bool holds)
    {
        var made = _time.GetUtcNow();

        Assert.Equal(holds, StoredLifetime.Holds(made, made + Hour, made.AddMinutes(minutes)));
    }
}
