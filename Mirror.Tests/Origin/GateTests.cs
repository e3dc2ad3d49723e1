using Xunit;

namespace Mirror.Tests.Origin;

public sealed class GateTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task Pass_BeforeAnyArrival_IsKeptForTheNext()
    {
        _gate.Pass(2);

        await _gate.PassThroughAsync(default);
        await _gate.PassThroughAsync(default);
        var third = _gate.PassThroughAsync(default);

        Assert.False(third.IsCompleted);
        Assert.Equal(3, _gate.Arrivals);
        _gate.Open();
        await third;
    }

    [Fact]
    public async Task Pass_AfterAWaiterCanceled_GoesToARemainingWaiter()
    {
        using var impatience = new CancellationTokenSource();
        var impatient = _gate.PassThroughAsync(impatience.Token);
        var patient = _gate.PassThroughAsync(default);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        _gate.Pass();

        await patient;
    }

    [Fact]
    public async Task Open_WithWaiters_ReleasesThemAndAllLaterOnes()
    {
        var waiting = _gate.PassThroughAsync(default);
        await _gate.WhenReached();

        _gate.Open();

        await waiting;
        await _gate.PassThroughAsync(default);
        await _gate.WhenReached(2);
    }
}
