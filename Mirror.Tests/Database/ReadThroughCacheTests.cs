using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Tests.Time;

namespace Mirror.Tests.Database;

/// <summary>A value that was read before a change is never served after it.</summary>
public sealed class ReadThroughCacheTests
{
    private const long Group = 1, OtherGroup = 2;
    private static readonly ProviderAddress Hello = ProviderAddress.Parse("registry.example.com/example/hello");
    private static readonly ProviderAddress Other = ProviderAddress.Parse("registry.example.com/example/other");

    private readonly ManualTimeProvider _time = new();
    private readonly ReadThroughCache<(long RootGroupId, ProviderAddress Source), string> _cache;
    private Action _during = () => { };
    private string? _stored = "a";
    private int _reads;

    public ReadThroughCacheTests() => _cache = new(
        (_, _) =>
        {
            _reads++;
            string? value = _stored;
            _during();
            return Task.FromResult<string?>(value);
        },
        key => (key.RootGroupId, key.Source),
        time: _time,
        maxAge: TimeSpan.FromSeconds(1));

    public static TheoryData<string, bool> Changes => new()
    {
        { "the source", true },
        { "the root group", true },
        { "everything", true },
        { "another source", false },
        { "another root group", false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Value_ChangedDuringARead_IsReadAgain(string what, bool concerns)
    {
        _during = () => Change(what);
        await GetAsync();
        _during = () => { };
        _stored = "b";

        Assert.Equal(concerns ? "b" : "a", await GetAsync());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Value_ChangedAfterARead_IsReadAgain(string what, bool concerns)
    {
        await GetAsync();
        Change(what);
        _stored = "b";

        Assert.Equal(concerns ? "b" : "a", await GetAsync());
    }

    [Fact]
    public async Task Value_WrittenDuringAReadOfAnOlderValue_IsReturnedToAllReaders()
    {
        _during = () => _cache.Set((Group, Hello), "written");

        Assert.Equal("written", await GetAsync());
        Assert.Equal("written", await GetAsync());
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Value_WrittenDuringAReadOfAMissingValue_IsReturnedToTheReader()
    {
        _stored = null;
        _during = () => _cache.Set((Group, Hello), "written");

        Assert.Equal("written", await GetAsync());
    }

    [Fact]
    public async Task Value_WithinItsMaximumAge_IsReadOnce()
    {
        await GetAsync();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await GetAsync();
        Assert.Equal(1, _reads);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await GetAsync();
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task MissingValue_ReadAgain_IsNotCached()
    {
        _stored = null;

        Assert.Null(await GetAsync());
        Assert.Null(await GetAsync());
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Entries_BeyondTheCapacity_AreRemoved()
    {
        for (int i = 0; i < 20_001; i++)
        {
            await _cache.GetAsync((i, Hello), CancellationToken.None);
        }

        Assert.InRange(_cache.Count, 1, 20_000);
        Assert.True(_cache.TryGet((20_000, Hello), out _));
    }

    private ValueTask<string?> GetAsync() => _cache.GetAsync((Group, Hello), CancellationToken.None);

    private void Change(string what)
    {
        switch (what)
        {
            case "the source":
                _cache.Forget(Group, Hello);
                break;
            case "the root group":
                _cache.Forget(Group, null);
                break;
            case "another source":
                _cache.Forget(Group, Other);
                break;
            case "another root group":
                _cache.Forget(OtherGroup, null);
                break;
            default:
                _cache.Clear();
                break;
        }
    }
}
