using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ExactUrlTests
{
    private static readonly Uri Document = new("https://registry.example.com/v1/providers/a/download");

    [Theory]
    [InlineData("https://h.example/a%7Eb/%2e%2e/c%2Fd+e/../x?sig=%2B+%7e&q='a'", "/a%7Eb/%2e%2e/c%2Fd+e/../x?sig=%2B+%7e&q='a'")]
    [InlineData("https://h.example/%41%zz\\\"{}|", "/%41%zz\\\"{}|")]
    [InlineData("https://h.example/?", "/?")]
    [InlineData("https://h.example", "/")]
    [InlineData("https://h.example?x=%7e", "/?x=%7e")]
    [InlineData("https://h.example/a#fragment?x", "/a")]
    [InlineData("https://h.example#/a", "/")]
    [InlineData(" https://h.example/a b?c d ", "/a%20b?c%20d")]
    [InlineData("https://h.example/ä?ü", "/%C3%A4?%C3%BC")]
    [InlineData("https://h.example:443//a//", "//a//")]
    public void Url_Absolute_KeepsItsBytes(string text, string target)
    {
        Assert.True(ExactUrl.TryParse(text, out var url));

        Assert.Equal(("h.example", target), (url.Host, url.PathAndQuery));
    }

    [Theory]
    [InlineData("b%7E?c=%2f", "/v1/providers/a/b%7E?c=%2f")]
    [InlineData("../b%2F/./c", "/v1/providers/b%2F/c")]
    [InlineData("../../../../b", "/b")]
    [InlineData("..", "/v1/providers/")]
    [InlineData(".", "/v1/providers/a/")]
    [InlineData("%2e%2e/b", "/v1/providers/a/%2e%2e/b")]
    [InlineData("b?to=../c", "/v1/providers/a/b?to=../c")]
    [InlineData("/b/../c%7e", "/b/../c%7e")]
    [InlineData("?x=%7e", "/v1/providers/a/download?x=%7e")]
    [InlineData("", "/v1/providers/a/download")]
    [InlineData("#fragment", "/v1/providers/a/download")]
    [InlineData("a/b:c", "/v1/providers/a/a/b:c")]
    public void Url_Relative_IsResolvedAgainstTheDocument(string text, string target)
    {
        Assert.True(ExactUrl.TryResolve(Document, text, out var url));

        Assert.Equal(("https", "registry.example.com", target), (url.Scheme, url.Host, url.PathAndQuery));
    }

    [Fact]
    public void Url_RelativeToOneWithEscapes_KeepsThem()
    {
        Assert.True(ExactUrl.TryParse("https://h.example:8443/r%7Eo/", out var service));

        Assert.Equal("https://h.example:8443/r%7Eo/a%2Fb", ExactUrl.Resolve(service, "a%2Fb").AbsoluteUri);
        Assert.True(ExactUrl.TryResolve(service, "//other.example/%7e", out var other));
        Assert.Equal("https://other.example/%7e", other.AbsoluteUri);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("https://")]
    [InlineData("https://?x")]
    [InlineData("https://a@b@c/")]
    [InlineData("https://h.example:99999/")]
    [InlineData("https://h.example\\@other.example/")]
    [InlineData("https://h.example/a\r\nHost: other")]
    [InlineData("https://h.example/a\u007f")]
    [InlineData("https:///path")]
    [InlineData("https:/h.example/")]
    public void Url_Invalid_IsRejected(string text)
    {
        Assert.False(ExactUrl.TryResolve(Document, text, out _));
        Assert.False(ExactUrl.TryParse(text, out _));
    }

    [Fact]
    public void Url_TooLong_IsRejected() =>
        Assert.False(ExactUrl.TryParse("https://h.example/" + new string('a', ExactUrl.MaxLength), out _));

    [Theory]
    [InlineData("/a%7E", "/a%7E")]
    [InlineData("/\u00c3\u00a4", "/ä")]
    [InlineData("/\u00e4", "/%E4")]
    public void Header_NotAscii_KeepsItsBytes(string header, string text) => Assert.Equal(text, ExactUrl.FromHeader(header));
}
