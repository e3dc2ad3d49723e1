using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

public sealed class BulkRunTests
{
    [Fact]
    public async Task Run_WithFailures_TriesAllAndNamesThem()
    {
        int reports = 0;
        var run = new BulkRun(
        [
            Item("a", BulkOutcome.Done), ("b", () => throw new IOException("No space left on device", 28)), Item("c", BulkOutcome.Missing),
            Item("d", BulkOutcome.Done),
        ]);

        await run.RunAsync(() => reports++, CancellationToken.None);

        Assert.Equal((4, 4, 2, 1, false), (run.Total, run.Tried, run.Done, run.Missing, run.Denied));
        Assert.Equal("b", Assert.Single(run.Failures).Name);
        Assert.Empty(run.Untried);
        Assert.Equal(4, reports);
    }

    [Fact]
    public async Task Run_CancelledMeanwhile_CompletesTheItemAndNamesTheRest()
    {
        using var cancellation = new CancellationTokenSource();
        var run = new BulkRun([Item("a", BulkOutcome.Done), Item("b", BulkOutcome.Done), Item("c", BulkOutcome.Done)]);

        await run.RunAsync(
            () =>
            {
                if (run.Tried == 2)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token);

        Assert.Equal(2, run.Done);
        Assert.Equal(["c"], run.Untried);
    }

    [Fact]
    public async Task Run_DeniedMeanwhile_StopsAndSaysSo()
    {
        var run = new BulkRun([Item("a", BulkOutcome.Done), Item("b", BulkOutcome.Denied), Item("c", BulkOutcome.Done)]);

        await run.RunAsync(() => { }, CancellationToken.None);

        Assert.True(run.Denied);
        Assert.Equal((1, 1), (run.Done, run.Tried));
        Assert.Equal(["b", "c"], run.Untried);
    }

    private static (string, Func<Task<BulkOutcome>>) Item(string name, BulkOutcome outcome) => (name, () => Task.FromResult(outcome));
}
