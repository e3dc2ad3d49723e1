using Mirror.Core.Audit;
using Mirror.Tests.Time;

namespace Mirror.Tests.Audit;

public sealed class DeniedRequestBudgetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-24)]
    [InlineData(24)]
    public void Budget_UsedUp_RefillsWithTimeRegardlessOfTheWallClock(int hours)
    {
        var time = new ManualTimeProvider();
        var budget = new DeniedRequestBudget(time);
        Assert.Equal(300, Enumerable.Range(0, 1000).Count(_ => budget.TryTake()));

        time.SetWallClock(time.GetUtcNow().AddHours(hours));
        Assert.False(budget.TryTake());
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => budget.TryTake()));
        time.Advance(TimeSpan.FromHours(10));
        Assert.Equal(300, Enumerable.Range(0, 1000).Count(_ => budget.TryTake()));
    }
}
