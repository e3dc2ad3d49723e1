using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Packages;
using Mirror.Tests.Time;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>The limits for a slow origin: the default limits for one download, with a clock that only the test advances.</summary>
public sealed class DownloadPaceTests : IDisposable
{
    private const int Kilobyte = 1024;
    private static readonly UpstreamLimits Limits = new();

    private readonly ManualTimeProvider _time = new();
    private readonly DownloadSlots _places = new(1, maxSlow: 1);

    public void Dispose() => _places.Dispose();

    [Theory]
    [InlineData(64 * 30 - 1, true)]
    [InlineData(64 * 30, false)]
    public async Task Slot_OfASlowDownload_IsReleasedAfterTheInterval(int kilobytes, bool isGivenUp)
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        var next = _places.TakeAsync(CancellationToken.None);
        Receive(pace, kilobytes * Kilobyte);

        Advance(29.9);
        bool before = next.IsCompleted;
        Advance(0.1);

        Assert.False(before);
        Assert.Null(pace.Failure);
        await AssertPlaceAsync(next, isGivenUp, place);
    }

    [Fact]
    public async Task Slot_OfADownloadThatSpeedsUp_IsOccupiedAgain()
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        Advance(30);
        Receive(pace, 10_000 * Kilobyte);
        Advance(30);
        var next = _places.TakeAsync(CancellationToken.None);
        bool whileFast = next.IsCompleted;

        place.Dispose();

        Assert.False(whileFast);
        (await next).Dispose();
    }

    [Fact]
    public async Task SlowDownload_BeyondTheLimit_EndsAndReleasesItsSlot()
    {
        using var first = await _places.TakeAsync(CancellationToken.None);
        using var firstPace = new DownloadPace(_time, Limits, first);
        Advance(30);
        using var second = await _places.TakeAsync(CancellationToken.None);
        using var secondPace = new DownloadPace(_time, Limits, second);

        Advance(30);

        Assert.Null(firstPace.Failure);
        Assert.Equal(FailureKind.Unreachable, secondPace.Failure?.Kind);
        Assert.True(secondPace.Over.IsCancellationRequested);
        second.Dispose();
        (await _places.TakeAsync(CancellationToken.None)).Dispose();
    }

    [Theory]
    [InlineData(30 * Kilobyte - 1, true)]
    [InlineData(30 * Kilobyte, false)]
    public async Task Download_BelowTheMinimumRate_Ends(int bytes, bool ends)
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(1_000_000);
        Receive(pace, bytes - 1);
        Advance(30);

        var failure = pace.Receive(1);

        Assert.Equal(ends ? FailureKind.Unreachable : null, failure?.Kind);
    }

    [Fact]
    public async Task Download_StallingBelowTheIdleTimeout_EndsWithinAMinute()
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(1_000_000);
        Advance(29);
        var first = Receive(pace, 1);
        Advance(29);

        Assert.Null(first);
        Assert.NotNull(pace.Receive(1));
    }

    [Fact]
    public async Task Download_ResumedAfterAStall_IsMeasuredFromThen()
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(1_000_000);
        Receive(pace, 1);
        Advance(30);
        pace.Connect(1_000_000);

        Assert.Null(Receive(pace, 1));
        Advance(30);
        Assert.NotNull(pace.Receive(1));
    }

    [Fact]
    public async Task Download_CompletedWithItsLastByte_IsNotEndedForItsRate()
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(2);
        Receive(pace, 1);
        Advance(60);

        Assert.Null(pace.Receive(1));
    }

    [Theory]
    [InlineData(16 * 60 * Kilobyte, 0, 6 * 60)]
    [InlineData(null, 0, 5 * 60)]
    [InlineData(null, 16 * 120 * Kilobyte, 7 * 60)]
    public async Task Download_TakingLongerThanItsLengthAllows_Ends(int? length, int received, int seconds)
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(length);
        Receive(pace, received);

        Advance(seconds - 0.1);
        var before = pace.Failure;
        Advance(0.1);

        Assert.Null(before);
        Assert.Equal(FailureKind.Unreachable, pace.Failure?.Kind);
        Assert.True(pace.Over.IsCancellationRequested);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientTime_DuringADownload_DoesNotCountForTheOriginButMayReleaseThePassThroughSlot(bool isPassThrough)
    {
        using var places = new DownloadSlots(1, maxSlow: 1, includesConsumer: isPassThrough);
        using var place = await places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);
        pace.Connect(1_000_000);
        var next = places.TakeAsync(CancellationToken.None);

        pace.Receive(1);
        Advance(3600);
        pace.Wait();

        Assert.Null(pace.Receive(1));
        Assert.Null(pace.Failure);
        await AssertPlaceAsync(next, isPassThrough, place);
    }

    [Fact]
    public async Task Length_TooLargeForATimeout_DoesNotThrow()
    {
        using var place = await _places.TakeAsync(CancellationToken.None);
        using var pace = new DownloadPace(_time, Limits, place);

        pace.Connect(long.MaxValue);
        pace.Wait();
        Advance(24 * 3600);

        Assert.Null(pace.Failure);
    }

    /// <param name="next">Waits for the slot.</param>
    private static async Task AssertPlaceAsync(Task<DownloadSlot> next, bool isGivenUp, DownloadSlot place)
    {
        if (!isGivenUp)
        {
            Assert.False(next.IsCompleted);
            place.Dispose();
        }

        (await next).Dispose();
    }

    private static Failure? Receive(DownloadPace pace, int bytes)
    {
        var failure = pace.Receive(bytes);
        pace.Wait();
        return failure;
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
