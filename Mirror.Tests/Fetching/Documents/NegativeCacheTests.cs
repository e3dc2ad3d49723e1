using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;
using Mirror.Tests.Time;

namespace Mirror.Tests.Fetching.Documents;

public sealed class NegativeCacheTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _time = new();
    private readonly NegativeCache<int> _failures;

    public NegativeCacheTests() => _failures = new NegativeCache<int>(_time);

    [Fact]
    public void Failures_OfManyAddresses_StayWithinTheCapacity()
    {
        const int capacity = NegativeCache<int>.Capacity;
        for (int i = 0; i < capacity; i++)
        {
            Add(i);
            _time.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(capacity, _failures.Count);
        Add(capacity);

        // The older half was removed.
        Assert.Equal((capacity / 2) + 1, _failures.Count);
        Assert.Null(_failures.Find((capacity / 2) - 1, Ttl));
        Assert.NotNull(_failures.Find(capacity / 2, Ttl));
        Assert.NotNull(_failures.Find(capacity, Ttl));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Failure_AfterItsTtl_ExpiresRegardlessOfTheWallClock(int days)
    {
        Add(1);
        _time.SetWallClock(_time.GetUtcNow().AddDays(days));

        Assert.Equal(days > 0, _failures.Find(1, Ttl) is null);
        _time.Advance(Ttl);
        Assert.Null(_failures.Find(1, Ttl));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Failure_BeforeARefresh_ExpiresRegardlessOfTheWallClock(int days)
    {
        Add(1);
        _time.SetWallClock(_time.GetUtcNow().AddDays(days));

        Assert.Null(_failures.Find(1, Ttl, since: _time.GetUtcNow()));
    }

    private void Add(int key) => _failures.Add(key, new Failure(FailureKind.NotFound, $"{key}"));
}
