using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>Each setup option of a version changes its documents, and nothing else.</summary>
public sealed class FakeOriginSetUpTests : OriginTest
{
    [Fact]
    public async Task Replay_OfARealRelease_IsIdentical()
    {
        string data = Path.Combine(AppContext.BaseDirectory, "testdata", "hashicorp");
        byte[] sums = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS"));
        byte[] signature = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS.sig"));
        string key = await File.ReadAllTextAsync(Path.Combine(data, "hashicorp.asc"));
        Origin.AddProvider("hashicorp/null").AddVersion(
            "3.1.0", version => version.Replay(sums, signature, new FakeSigningKey("34365D9472D7468F", key)));

        var download = await JsonAsync("/v1/providers/hashicorp/null/3.1.0/download/linux/amd64");

        Assert.Equal(sums, await Client.GetByteArrayAsync((string)download["shasums_url"]!));
        Assert.Equal(signature, await Client.GetByteArrayAsync((string)download["shasums_signature_url"]!));
        Assert.Equal(key, (string)FirstKey(download)["ascii_armor"]!);
        Assert.Contains(
            $"{(string)download["shasum"]!}  {(string)download["filename"]!}\n", Encoding.UTF8.GetString(sums), StringComparison.Ordinal);
        using var package = await Client.GetAsync((string)download["download_url"]!);
        Assert.Equal(HttpStatusCode.NotFound, package.StatusCode);
        Origin.AssertNoViolations();
    }

    [Fact]
    public void PackageSize_Requested_IsReachedAndBarelyExceeded()
    {
        var package = Version(version => version.Platforms("linux_amd64").PackageSize(1_000_000)).Package("linux_amd64");

        Assert.InRange(package.Content.Length, 1_000_000, 1_010_000);
    }

    [Fact]
    public void Content_OfTheSameSetUp_IsTheSame()
    {
        byte[] once = Version(version => version.PackageSize(5000), "a/same").Package("linux_amd64").Content;
        byte[] again = Version(version => version.PackageSize(5000), "a/same2").Package("linux_amd64").Content;

        Assert.NotEqual(once, again);
        Origin.RemoveProvider("a/same");
        Assert.Equal(once, Version(version => version.PackageSize(5000), "a/same").Package("linux_amd64").Content);
    }

    [Fact]
    public void Program_InEveryArchive_IsExecutableUnderItsConventionalName()
    {
        var version = Version(version => version);

        foreach (string platform in new[] { "linux_amd64", "windows_amd64" })
        {
            using var archive = new ZipArchive(new MemoryStream(version.Package(platform).Content));
            var program = archive.Entries.Single(entry => entry.FullName.StartsWith("terraform-provider-", StringComparison.Ordinal));
            Assert.Equal("terraform-provider-test_v1.0.0" + (platform == "windows_amd64" ? ".exe" : ""), program.FullName);
            Assert.Equal(Convert.ToInt32("755", 8), (program.ExternalAttributes >> 16) & Convert.ToInt32("777", 8));
            Assert.Equal(
                Convert.ToInt32("644", 8), (archive.GetEntry("LICENSE.txt")!.ExternalAttributes >> 16) & Convert.ToInt32("777", 8));
        }
    }

    [Fact]
    public void DirectoryEntries_Added_AreInTheArchiveAndItsHash()
    {
        var plain = Version(version => version, "example/plain").Package("linux_amd64");
        var package = Version(version => version.DirectoryEntries(), "example/directories").Package("linux_amd64");

        using var archive = new ZipArchive(new MemoryStream(package.Content));
        Assert.NotNull(archive.GetEntry("docs/"));
        Assert.NotEqual(plain.ContentHash, package.ContentHash);
    }

    [Fact]
    public async Task FileNames_Unconventional_AreUsedThroughout()
    {
        var version = Version(version => version.FileNames(platform => $"test-{platform.Os}-{platform.Arch}.zip"));

        var download = await JsonAsync("/v1/providers/example/test/1.0.0/download/linux/amd64");

        Assert.Equal("test-linux-amd64.zip", (string)download["filename"]!);
        Assert.Contains("  test-linux-amd64.zip\n", Encoding.UTF8.GetString(version.Sha256Sums), StringComparison.Ordinal);
        Assert.Equal(version.Package("linux_amd64").Content, await Client.GetByteArrayAsync((string)download["download_url"]!));
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Unsigned_Version_OffersNoKeyAndNoSignature()
    {
        Version(version => version.Unsigned());

        var download = await JsonAsync("/v1/providers/example/test/1.0.0/download/linux/amd64");

        Assert.Empty(download["signing_keys"]!["gpg_public_keys"]!.AsArray());
        using var signature = await Client.GetAsync((string)download["shasums_signature_url"]!);
        Assert.Equal(HttpStatusCode.NotFound, signature.StatusCode);
    }

    [Fact]
    public async Task OfferKeys_SeveralWithGarbage_AreListedInOrder()
    {
        Version(version => version.OfferKeys(
            new FakeSigningKey("0000000000000000", "garbage"), FakeVersion.KeyOf(TestKeys.Other), FakeVersion.KeyOf(TestKeys.Publisher)));

        var download = await JsonAsync("/v1/providers/example/test/1.0.0/download/linux/amd64");

        Assert.Equal(
            ["0000000000000000", TestKeys.Other.KeyId, TestKeys.Publisher.KeyId],
            download["signing_keys"]!["gpg_public_keys"]!.AsArray().Select(key => (string)key!["key_id"]!));
        Assert.Equal("garbage", (string)FirstKey(download)["ascii_armor"]!);
    }

    [Fact]
    public void ArmoredSignature_Decoded_IsTheSameSignature()
    {
        var binary = Version(version => version, "example/binary");
        var armored = Version(version => version.ArmoredSignature(), "example/armored");

        Assert.NotEqual((byte)'-', binary.Signature![0]);
        Assert.StartsWith("-----BEGIN PGP SIGNATURE-----", Encoding.ASCII.GetString(armored.Signature!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_Forged_IsServedWithTheOriginalDigest()
    {
        var version = Hello["1.0.0"];
        string announced = version.Package("linux_amd64").Digest.Hex;

        version.Content("linux_amd64", "forged"u8.ToArray());

        Assert.Equal("forged", await Client.GetStringAsync(UrlOf(PackagePath)));
        Assert.Equal(announced, (string)(await JsonAsync(DownloadPath))["shasum"]!);
        Assert.NotEqual(announced, Sha256Digest.Of("forged"u8).Hex);
    }

    [Fact]
    public async Task Versions_WithInvalidEntries_ListThem()
    {
        Hello.ListAlso("not-a-version", "v1.0.0").Warn("This provider is archived.");

        var document = await JsonAsync(VersionsPath);

        Assert.Equal(["1.0.0", "not-a-version", "v1.0.0"], document["versions"]!.AsArray().Select(listed => (string)listed!["version"]!));
        Assert.Equal("This provider is archived.", (string)document["warnings"]![0]!);
    }

    [Fact]
    public async Task Documents_AfterAChangeAtRunTime_ShowIt()
    {
        Hello["1.0.0"].Protocols("6.0").EditDownload(document => document.Remove("signing_keys"));
        Hello.AddVersions("1.1.0", "1.2.0").RemoveVersion("1.1.0");
        Origin.EditDiscovery = document => document["modules.v1"] = "/v1/modules/";

        var listed = (await JsonAsync(VersionsPath))["versions"]!.AsArray();
        var download = await JsonAsync(DownloadPath);

        Assert.Equal(["1.0.0", "1.2.0"], listed.Select(version => (string)version!["version"]!));
        Assert.Equal("6.0", (string)listed[0]!["protocols"]![0]!);
        Assert.Equal("6.0", (string)download["protocols"]![0]!);
        Assert.False(download.ContainsKey("signing_keys"));
        Assert.Equal("/v1/modules/", (string)(await JsonAsync("/.well-known/terraform.json"))["modules.v1"]!);
    }

    [Fact]
    public async Task RelativeUrls_Configured_ResolveAgainstTheOrigin()
    {
        Origin.RelativeUrls = true;

        var download = await JsonAsync(DownloadPath);

        Assert.Equal(
            (SumsPath, SignaturePath, PackagePath),
            ((string)download["shasums_url"]!, (string)download["shasums_signature_url"]!, (string)download["download_url"]!));
    }

    [Fact]
    public async Task LikeOpenTofu_Configured_UsesItsDialect()
    {
        Origin.LikeOpenTofu = true;
        var unsigned = Version(version => version.Unsigned());

        var versions = await JsonAsync(VersionsPath);
        var download = await JsonAsync(DownloadPath);
        var withoutKeys = await JsonAsync("/v1/providers/example/test/1.0.0/download/linux/amd64");

        Assert.Equal(["versions"], versions.Select(property => property.Key));
        Assert.Equal(["key_id", "ascii_armor"], FirstKey(download).Select(property => property.Key));
        Assert.Null(withoutKeys["signing_keys"]!["gpg_public_keys"]);
        Assert.Equal(unsigned.Package("windows_amd64").ZipHash, (string)withoutKeys["packages"]!["windows_amd64"]!["hashes"]![0]!);
        Assert.Equal(PackageContent.Length, (int)download["packages"]!["linux_amd64"]!["package_size"]!);
    }

    private static JsonObject FirstKey(JsonObject download) => download["signing_keys"]!["gpg_public_keys"]![0]!.AsObject();

    private FakeVersion Version(Func<FakeVersion, FakeVersion> setUp, string provider = "example/test") =>
        Origin.AddProvider(provider).AddVersion("1.0.0", version => setUp(version))["1.0.0"];
}
