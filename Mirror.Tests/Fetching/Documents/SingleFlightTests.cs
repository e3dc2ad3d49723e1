using Mirror.Core.Fetching.Documents;

namespace Mirror.Tests.Fetching.Documents;

public sealed class SingleFlightTests
{
    private readonly TaskCompletionSource<int> _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    [Fact]
    public async Task Run_DuringAnotherRun_JoinsIt()
    {
        var flights = new SingleFlight<string, int>(CancellationToken.None);

        var waiters = Enumerable.Range(0, 16).Select(_ => flights.RunAsync("key", Work, CancellationToken.None)).ToList();
        _work.SetResult(7);

        Assert.All(await Task.WhenAll(waiters), value => Assert.Equal(7, value));
        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task Run_Failed_ReturnsTheSameFailureToEveryWaiter()
    {
        var flights = new SingleFlight<string, int>(CancellationToken.None);
        var failure = new InvalidOperationException("The work failed.");

        var waiters = Enumerable.Range(0, 16).Select(_ => flights.RunAsync("key", Work, CancellationToken.None)).ToList();
        _work.SetException(failure);

        foreach (var waiter in waiters)
        {
            Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => waiter));
        }

        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task Run_WhenOneWaiterCancels_ContinuesForTheOthers()
    {
        var flights = new SingleFlight<string, int>(CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var left = flights.RunAsync("key", Work, leaving.Token);
        var stays = flights.RunAsync("key", Work, CancellationToken.None);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        _work.SetResult(7);

        Assert.Equal(7, await stays);
        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task Run_AfterCompletion_StartsAgain()
    {
        var flights = new SingleFlight<string, int>(CancellationToken.None);
        _work.SetResult(7);

        await flights.RunAsync("key", Work, CancellationToken.None);
        await flights.RunAsync("key", Work, CancellationToken.None);

        Assert.Equal(2, _started);
        Assert.Equal(0, flights.Count);
    }

    private Task<int> Work(CancellationToken stopping)
    {
        Interlocked.Increment(ref _started);
        return _work.Task;
    }
}
