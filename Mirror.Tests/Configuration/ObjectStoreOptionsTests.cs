using Microsoft.Extensions.Configuration;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

/// <summary>Credentials are not sent over unencrypted connections.</summary>
public sealed class ObjectStoreOptionsTests
{
    [Theory]
    [InlineData("AzureBlob:ServiceUrl", "AzureBlob:ServiceUrl=http://example.blob.core.windows.net")]
    [InlineData("GoogleCloud:CredentialsPath", "GoogleCloud:ServiceUrl=http://storage.example.com", "GoogleCloud:CredentialsPath=google.json")]
    public void Read_CredentialsOverHttp_IsAFault(string key, params string[] values)
    {
        var faults = Assert.Throws<InvalidConfigurationException>(() => Read(values)).Faults;

        Assert.Equal("Mirror:Packages:" + key, Assert.Single(faults).Key);
    }

    [Theory]
    [InlineData("GoogleCloud:ServiceUrl=http://storage.example.com")]
    [InlineData("GoogleCloud:ServiceUrl=http://localhost:4443", "GoogleCloud:CredentialsPath=google.json")]
    [InlineData("GoogleCloud:ServiceUrl=https://storage.example.com", "GoogleCloud:CredentialsPath=google.json")]
    public void Read_NoCredentialsThisMachineOrHttps_IsValid(params string[] values) =>
        Assert.NotNull(Read(values).Packages.GoogleCloud.ServiceUrl);

    private static MirrorOptions Read(string[] values) => MirrorOptionsReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => value.Split('=') is [var key, var text]
            ? new KeyValuePair<string, string?>("Mirror:Packages:" + key, text)
            : throw new FormatException(value)))
        .Build());
}
