using Mirror.Core.Storage.Objects;

namespace Mirror.Tests.Storage.Objects;

public sealed class ObjectUrlTests
{
    [Theory]
    [InlineData("s3://bundles/november/providers.tar", "november/providers.tar")]
    [InlineData("azblob://bundles/providers.tar", "providers.tar")]
    [InlineData("gs://bundles/providers.tar", "providers.tar")]
    public void Parse_UrlOfAnObject_IsAccepted(string text, string key)
    {
        var url = ObjectUrl.Parse(text);

        Assert.Equal((text, key), (url.ToString(), url.Key));
    }

    [Theory]
    [InlineData("s3://bundles")]
    [InlineData("s3://bundles/")]
    [InlineData("s3:///providers.tar")]
    [InlineData("s3://bundles/november/")]
    [InlineData("s3://bundles/a b.tar")]
    [InlineData("S3://bundles/providers.tar")]
    [InlineData("https://bundles.s3.amazonaws.com/providers.tar")]
    [InlineData("://bundles/providers.tar")]
    public void Parse_AnythingElse_SaysWhatWasExpected(string text)
    {
        var refused = Assert.Throws<FormatException>(() => ObjectUrl.Parse(text));

        Assert.Contains(ObjectUrl.Forms, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("azblob://bundles/providers.tar", "A=B", "AZURE_STORAGE_ACCOUNT or AZURE_STORAGE_CONNECTION_STRING")]
    [InlineData("s3://bundles/providers.tar", "AWS_ENDPOINT_URL=ftp://store", "AWS_ENDPOINT_URL: 'ftp://store' is not a URL")]
    public void Open_WithAnUnusableEnvironment_SaysWhatIsMissing(string url, string variable, string message)
    {
        string? Find(string name) => variable.Split('=') is [var key, var value] && key == name ? value : null;

        var refused = Assert.Throws<FormatException>(() => ObjectUrl.Parse(url).Open(Find, TimeProvider.System));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}
