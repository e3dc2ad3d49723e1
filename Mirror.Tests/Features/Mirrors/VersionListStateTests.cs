using Mirror.Core.Catalog;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

public sealed class VersionListStateTests
{
    [Theory]
    [InlineData("list")]
    [InlineData("list?q=aws%205.1%2F%26%3F")]
    [InlineData("list?sort=cached")]
    [InlineData("list?sort=size&order=asc")]
    [InlineData("list?order=desc")]
    [InlineData("list?q=aws&sort=used&order=asc&page=3")]
    public void Url_ReadBack_IsTheSameUrl(string url)
    {
        var query = System.Web.HttpUtility.ParseQueryString(url.Contains('?') ? url[url.IndexOf('?')..] : "");

        var state = VersionListState.FromQuery(query["q"], query["sort"], query["order"], query["page"]);

        Assert.Equal(url, state.ToUrl("list"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("two")]
    [InlineData("")]
    public void Page_Invalid_IsTheFirst(string page) =>
        Assert.Equal(1, VersionListState.FromQuery(null, null, null, page).Page);

    [Fact]
    public void Sort_Unknown_IsByProvider() =>
        Assert.Equal(new VersionListState(), VersionListState.FromQuery(null, "colour", "sideways", null));

    [Fact]
    public void Search_TooLong_IsTrimmedAndTruncated()
    {
        var state = VersionListState.FromQuery("  " + new string('a', 500) + " ", null, null, null);

        Assert.Equal(new string('a', 200), state.Search);
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
    public void Searching_FromALaterPage_KeepsTheOrderAndShowsTheFirstPage() =>
        Assert.Equal(
            new VersionListState("null", VersionSort.CachedAt, Descending: false),
            new VersionListState("aws", VersionSort.CachedAt, Descending: false, Page: 7).Searching(" null "));

    [Fact]
    public void Query_OfALaterPage_SkipsPrecedingRows()
    {
        var query = new VersionListState("aws", VersionSort.Version, Descending: true, Page: 3).ToQuery();

        Assert.Equal(
            new VersionQuery(
                SearchText.Parse("aws"),
                VersionSort.Version,
                Descending: true,
                Skip: 2 * VersionListState.PageSize,
                Take: VersionListState.PageSize),
            query);
    }
}
