using Mirror.Core.Identity;

namespace Mirror.Tests.Identity;

public sealed class LockOutLengthTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, null)]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(5, 15)]
    [InlineData(6, null)]
    [InlineData(10, 30)]
    [InlineData(15, 60)]
    [InlineData(35, 16 * 60)]
    [InlineData(40, 24 * 60)]
    [InlineData(500, 24 * 60)]
    [InlineData(int.MaxValue - 2, 24 * 60)]
    public void After_RepeatedFailures_LocksLongerEachTime(int failures, int? minutes) =>
        Assert.Equal(minutes is { } length ? TimeSpan.FromMinutes(length) : null, LockOut.After(failures));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(4, 5)]
    [InlineData(5, 20)]
    [InlineData(10, 35)]
    public void Latest_EndOfALock_IsItsLengthFromNowWithinTheClockTolerance(int failures, int minutes) =>
        Assert.Equal(Now.AddMinutes(minutes), LockOut.Latest(failures, Now));
}
