using Mirror.Core.Addresses;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Archives;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>
/// A signed package is served unchanged even if it breaks a rule, because the client decides. Mirror only computes no hash from it.
/// </summary>
public sealed class SignedArchiveTests
{
    [Theory]
    [InlineData("../x")]
    [InlineData("C:\\x")]
    public async Task Package_SignedWithAnInvalidEntry_IsServedUnchangedWithoutContentHash(string entry)
    {
        byte[] zip = RawZip.Make(new RawZip.Entry("terraform-provider-hello_v1.0.0", "#!/bin/sh\n"), new RawZip.Entry(entry, "1"));
        string digest = Sha256Digest.Of(zip).Hex;
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version
            .Platforms("linux_amd64")
            .Content("linux_amd64", zip)
            .SumsBeforeSigning(text => digest + text[digest.Length..])
            .EditDownload(document => document["shasum"] = digest)));

        byte[] served = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        var document = await mirror.GetJsonAsync(Base + "1.0.0.json");

        Assert.Equal(zip, served);
        var hashes = document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("hashes");
        Assert.Equal("zh:" + digest, Assert.Single(hashes.EnumerateArray()).GetString());
    }
}
