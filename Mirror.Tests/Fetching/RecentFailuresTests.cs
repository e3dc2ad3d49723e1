using Mirror.Core.Fetching;
using Mirror.Core.Outcomes;

namespace Mirror.Tests.Fetching;

public sealed class RecentFailuresTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RecentFailures<int> _failures = new();

    [Fact]
    public void Failures_OfEverythingThatAnybodyCouldAskFor_TakeNoMoreThanTheirRoom()
    {
        for (int i = 0; i < 3 * RecentFailures<int>.Capacity; i++)
        {
            _failures.Add(i, new Failure(FailureKind.NotFound, $"{i}"), Start.AddSeconds(i));
        }

        Assert.InRange(_failures.Count, 1, RecentFailures<int>.Capacity);
        Assert.NotNull(_failures.Find(3 * RecentFailures<int>.Capacity - 1, Start));
        Assert.Null(_failures.Find(0, DateTimeOffset.MinValue));
    }

    [Fact]
    public void Failure_AsOldAsWhatIsToBeForgotten_IsForgotten()
    {
        _failures.Add(1, new Failure(FailureKind.NotFound, ""), Start);

        Assert.Null(_failures.Find(1, Start));
        Assert.NotNull(_failures.Find(1, Start.AddTicks(-1)));
    }
}
