using Mirror.Core;

namespace Mirror.Tests.Http.Lanes;

public sealed class WorkLaneTests
{
    [Fact]
    public async Task Work_BeyondTheQueue_IsRejectedUntilSomeIsDone()
    {
        using var lane = new WorkLane(maxConcurrent: 1, waiting: 1);
        var done = await lane.EnterAsync(CancellationToken.None);
        var waits = lane.EnterAsync(CancellationToken.None);

        await Assert.ThrowsAsync<LaneFullException>(() => lane.EnterAsync(CancellationToken.None));
        bool waited = !waits.IsCompleted;
        done.Dispose();
        using var second = await waits;
        var third = lane.EnterAsync(CancellationToken.None);
        int entered = lane.Entered;
        second.Dispose();
        (await third).Dispose();

        Assert.True(waited);
        Assert.Equal((2, 0), (entered, lane.Entered));
    }

    [Fact]
    public async Task Work_InALane_RunsOnSeparateThreadsOneAtATime()
    {
        using var lane = new WorkLane(maxConcurrent: 1, waiting: 10);
        int running = 0;

        bool[] pooled = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => lane.RunAsync(
            () =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
                return Thread.CurrentThread.IsThreadPoolThread;
            },
            CancellationToken.None)));

        Assert.All(pooled, Assert.False);
    }

    [Fact]
    public async Task Turn_OfFailedOrCanceledWork_PassesToTheNext()
    {
        using var lane = new WorkLane(maxConcurrent: 1, waiting: 1);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => lane.RunAsync<int>(() => throw new InvalidDataException("It failed."), CancellationToken.None));
        using var givenUp = new CancellationTokenSource();
        var held = await lane.EnterAsync(CancellationToken.None);
        var waits = lane.EnterAsync(givenUp.Token);

        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        held.Dispose();

        Assert.Equal(42, await lane.RunAsync(() => 42, CancellationToken.None));
        Assert.Equal(0, lane.Entered);
    }
}
