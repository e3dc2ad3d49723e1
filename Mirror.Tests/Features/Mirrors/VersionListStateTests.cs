using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

public sealed class VersionListStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("list")]
    [InlineData("list?q=aws%205.1/%26%3F")]
    [InlineData("list?sort=cached")]
    [InlineData("list?sort=size&order=asc")]
    [InlineData("list?order=desc")]
    [InlineData("list?view=providers&size=250")]
    [InlineData("list?q=aws&sort=used&order=asc&page=3")]
    [InlineData("list?trust=imported&host=example.com&provider=example.com/acme/dns&platform=linux_amd64&by=mira%20o&from=2026-01-31&to=2026-02-01&unused=90d&hidden=no&size=100")]
    public void Url_ReadBack_IsTheSameUrl(string url)
    {
        var state = Read(url);

        Assert.Equal("", state.Invalid);
        Assert.Equal(url, state.ToUrl("list"));
    }

    [Theory]
    [InlineData("trust", "maybe")]
    [InlineData("trust", "5")]
    [InlineData("host", "not a host")]
    [InlineData("provider", "aws")]
    [InlineData("platform", "linux")]
    [InlineData("by", "a\u0000b")]
    [InlineData("from", "2026-02-30")]
    [InlineData("to", "31.01.2026")]
    [InlineData("unused", "90")]
    [InlineData("unused", "-1d")]
    [InlineData("unused", "3651d")]
    [InlineData("hidden", "perhaps")]
    public void Filter_Malformed_IsIgnoredAndNamed(string name, string value)
    {
        var state = VersionListState.FromQuery(parameter => parameter == name ? value : null);

        Assert.Equal(name, state.Invalid);
        Assert.Equal(ListFilter.None, state.Filter);
    }

    [Fact]
    public void Filter_OfDaysAndPeriods_BecomesTimesOfTheQuery()
    {
        var filter = Read("?trust=verified&from=2026-01-31&to=2026-02-01&unused=10d&hidden=yes").ToQuery(Now).Filter;

        Assert.Equal(TrustLevel.Verified, filter.Trust);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero), filter.CachedFrom);
        Assert.Equal(new DateTimeOffset(2026, 2, 2, 0, 0, 0, TimeSpan.Zero), filter.CachedBefore);
        Assert.Equal(Now.AddDays(-10), filter.UnusedSince);
        Assert.True(filter.Hidden);
        Assert.False(filter.Empty);
        Assert.True(Read("?trust=empty").ToQuery(Now).Filter.Empty);
        Assert.Null(Read("?to=9999-12-31").ToQuery(Now).Filter.CachedBefore);
    }

    [Fact]
    public void Chips_OfFilters_NameEachAndRemoveOnlyThatOne()
    {
        var filter = Read("?trust=imported&platform=linux/amd64&unused=1d").Filter;

        Assert.Equal(["Trust: imported", "Platform: linux/amd64", "Unused for 1 day"], filter.Chips().Select(chip => chip.Text));
        Assert.Equal(filter with { Platform = null }, filter.Chips().ElementAt(1).Without);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("two")]
    [InlineData("")]
    public void Page_Invalid_IsTheFirst(string page) =>
        Assert.Equal(1, VersionListState.FromQuery(name => name == "page" ? page : null).Page);

    [Theory]
    [InlineData("100", 100)]
    [InlineData("101", 50)]
    [InlineData("1000000", 50)]
    public void Size_OtherThanOffered_IsTheUsual(string size, int expected) =>
        Assert.Equal(expected, VersionListState.FromQuery(name => name == "size" ? size : null).PageSize);

    [Fact]
    public void Sized_OnALaterPage_KeepsTheFirstRowOnThePage()
    {
        var state = new VersionListState(Page: 7).Sized(100);

        Assert.Equal((100, 4), (state.PageSize, state.Page));
        Assert.Equal(7, state.Sized(50).Page);
    }

    [Fact]
    public void Sort_Unknown_IsByProvider() => Assert.Equal(new VersionListState(), Read("?sort=colour&order=sideways"));

    [Fact]
    public void Search_TooLong_IsTrimmedAndTruncated()
    {
        string text = "  " + new string('a', 500) + " ";

        Assert.Equal(new string('a', 200), VersionListState.FromQuery(name => name == "q" ? text : null).Search);
        Assert.Equal(new string('a', 200), new VersionListState().Searching(text).Search);
    }

    [Fact]
    public void Sorting_ByAColumn_StartsWithItsDefaultDirectionThenReverses()
    {
        var byProvider = new VersionListState("aws", Page: 4);

        var bySize = byProvider.SortedBy(VersionSort.Size);
        var bySizeAgain = bySize.SortedBy(VersionSort.Size);
        var backToProvider = bySizeAgain.SortedBy(VersionSort.Provider);

        Assert.Equal(new VersionListState("aws", VersionSort.Size, Descending: true), bySize);
        Assert.False(bySizeAgain.Descending);
        Assert.Equal(new VersionListState("aws"), backToProvider);
    }

    [Fact]
    public void Searching_FromALaterPage_KeepsTheOrderAndFiltersAndShowsTheFirstPage()
    {
        var filter = new ListFilter { Trust = "imported" };

        Assert.Equal(
            new VersionListState("null", VersionSort.CachedAt, Descending: false) { Filter = filter },
            (new VersionListState("aws", VersionSort.CachedAt, Descending: false, Page: 7) { Filter = filter }).Searching(" null "));
    }

    [Fact]
    public void Within_AProvider_ShowsItsVersionsAndKeepsTheOtherFilters()
    {
        var state = (new VersionListState(ByProvider: true, Page: 2) { Filter = new ListFilter { Trust = "imported" } })
            .Within(ProviderAddress.Parse("acme/dns"));

        Assert.Equal("list?trust=imported&provider=acme/dns", state.ToUrl("list"));
    }

    [Fact]
    public void Query_OfALaterPage_SkipsPrecedingRows()
    {
        var query = (new VersionListState("aws", VersionSort.Version, Descending: true, Page: 3) { PageSize = 100 }).ToQuery(Now);

        Assert.Equal(
            new VersionQuery(SearchText.Parse("aws"), VersionSort.Version, Descending: true, Skip: 200, Take: 100), query);
    }

    private static VersionListState Read(string url)
    {
        var query = System.Web.HttpUtility.ParseQueryString(url.Contains('?') ? url[url.IndexOf('?')..] : "");
        return VersionListState.FromQuery(name => query[name]);
    }
}
