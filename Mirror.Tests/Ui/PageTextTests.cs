using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.SignIn;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Ui;

public sealed class PageTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("-00:05:00", "just now")]
    [InlineData("00:00:44", "just now")]
    [InlineData("00:00:50", "1 min ago")]
    [InlineData("00:05:20", "5 min ago")]
    [InlineData("00:59:40", "1 hour ago")]
    [InlineData("02:10:00", "2 hours ago")]
    [InlineData("23:40:00", "yesterday")]
    [InlineData("2.02:00:00", "2 days ago")]
    [InlineData("29.00:00:00", "29 days ago")]
    [InlineData("60.00:00:00", "13 Jan 2026")]
    public void RelativeTime_OfAnAge_IsReadable(string ago, string text) =>
        Assert.Equal(text, RelativeTimeText.Format(Now - TimeSpan.Parse(ago, System.Globalization.CultureInfo.InvariantCulture), Now));

    [Theory]
    [InlineData("-00:05:00", "within a minute")]
    [InlineData("00:01:20", "within a minute")]
    [InlineData("00:05:20", "in 5 minutes")]
    [InlineData("00:59:40", "in 1 hour")]
    [InlineData("02:10:00", "in 2 hours")]
    [InlineData("1.23:00:00", "in 47 hours")]
    [InlineData("2.10:00:00", "in 2 days")]
    public void RelativeTime_OfWhatIsToCome_ReadsAsPeopleSayIt(string left, string text) =>
        Assert.Equal(text, RelativeTimeText.FormatUntil(Now + TimeSpan.Parse(left, System.Globalization.CultureInfo.InvariantCulture), Now));

    [Fact]
    public void ExactTime_InAnotherZone_IsUtc() =>
        Assert.Equal("2026-03-14 10:00:00 UTC", RelativeTimeText.Exact(new DateTimeOffset(2026, 3, 14, 12, 0, 0, TimeSpan.FromHours(2))));

    [Fact]
    public void Platforms_OfOneSystem_AreCountedTogether()
    {
        var summary = PlatformSummary.Of([Platform.Parse("windows_amd64"), Platform.Parse("linux_arm64"), Platform.Parse("linux_amd64")]);

        Assert.Equal(
            [new PlatformSummary("linux", 2, "linux/amd64, linux/arm64"), new PlatformSummary("windows/amd64", 1, "windows/amd64")],
            summary);
        Assert.Equal(
            ["darwin", "linux", "windows"],
            PlatformSummary.Of([.. new[] { "darwin_arm64", "linux_amd64", "windows_amd64" }.Select(Platform.Parse)]).Select(system => system.Text));
    }

    [Theory]
    [InlineData("HashiCorp Security (hashicorp.com/security) <security@hashicorp.com>", "HashiCorp Security")]
    [InlineData("Cloudflare, Inc. <terraform@cloudflare.com>", "Cloudflare, Inc.")]
    [InlineData("<alice@example.com>", "alice@example.com")]
    [InlineData("C874011F0AB405110D02105534365D9472D7468F", "34365D9472D7468F")]
    public void Signer_InARow_IsItsName(string signer, string shown) => Assert.Equal(shown, SignerText.Short(signer));

    [Fact]
    public void Fingerprint_ForDisplay_IsInGroupsOfFour() =>
        Assert.Equal("C874 011F 0AB4", FingerprintText.Group("c874011f0ab4"));

    [Fact]
    public void LockFileBlock_OfHashes_ListsEachOnceInTerraformsOrder()
    {
        var zip = PackageHash.Zip(Sha256Digest.Of("a"u8));
        var content = PackageHash.Parse("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");

        string block = LockFileBlock.Format(ProviderAddress.Parse("hashicorp/null"), ProviderVersion.Parse("3.2.4"), [zip, content, zip]);

        Assert.Equal(
            "provider \"registry.terraform.io/hashicorp/null\" {\n  version = \"3.2.4\"\n  hashes = [\n"
            + $"    \"{content}\",\n    \"{zip}\",\n  ]\n}}\n",
            block);
    }

    [Fact]
    public void Requirement_OfAnotherOrigin_ContainsItsHost()
    {
        string text = LockFileBlock.Requirement(ProviderAddress.Parse("example.com/acme/dns"), ProviderVersion.Parse("1.0.0"));

        Assert.Contains("    dns = {\n      source  = \"example.com/acme/dns\"\n      version = \"1.0.0\"\n", text);
    }

    [Fact]
    public void VersionUrl_OfALocalizedAddress_HasNoDotInItsFirstSegmentAndIsEscaped()
    {
        string url = Urls.Version("default", ProviderAddress.Parse("bücher.example/acmé/dns"), ProviderVersion.Parse("1.0.0+b1"));

        Assert.Equal("groups/default/-/provider-mirrors/xn--bcher-kva.example/acm%C3%A9/dns/1.0.0%2Bb1", url);
    }

    [Theory]
    [InlineData("/groups/default/-/provider-mirrors?q=aws", "/groups/default/-/provider-mirrors?q=aws")]
    [InlineData("//evil.example/", "/groups/default/-/provider-mirrors")]
    [InlineData("/\\evil.example/", "/groups/default/-/provider-mirrors")]
    [InlineData("https://evil.example/", "/groups/default/-/provider-mirrors")]
    [InlineData("/\tevil", "/groups/default/-/provider-mirrors")]
    [InlineData("", "/groups/default/-/provider-mirrors")]
    [InlineData(null, "/groups/default/-/provider-mirrors")]
    public void SignIn_WithAReturnUrl_RedirectsOnlyWithinTheInstance(string? returnUrl, string target) =>
        Assert.Equal(target, Urls.LocalOrHome(returnUrl, ""));

    [Theory]
    [InlineData("/mirror/account?days=7", "/mirror/account?days=7")]
    [InlineData("/account", "/mirror/groups/default/-/provider-mirrors")]
    [InlineData("/mirrors/account", "/mirror/groups/default/-/provider-mirrors")]
    [InlineData("/mirror/../other", "/mirror/groups/default/-/provider-mirrors")]
    [InlineData("/mirror/%2e%2e/other", "/mirror/groups/default/-/provider-mirrors")]
    [InlineData(null, "/mirror/groups/default/-/provider-mirrors")]
    public void SignIn_BelowAPath_LeadsOnlyToPagesBelowIt(string? returnUrl, string target) =>
        Assert.Equal(target, Urls.LocalOrHome(returnUrl, "/mirror"));

    [Fact]
    public void Trust_OfEveryLevel_HasItsOwnNameAndMeaning()
    {
        var texts = Enum.GetValues<TrustLevel>().Select(level => TrustText.Of(level)).Append(TrustText.Of(null)).ToList();

        Assert.Equal(texts.Count, texts.Select(text => text.Name).Distinct().Count());
        Assert.Equal(texts.Count, texts.Select(text => text.Meaning).Distinct().Count());
        Assert.Equal("verified", TrustText.Of(TrustLevel.Verified).Name);
        Assert.Equal("imported", TrustText.Of(TrustLevel.Imported).Name);
    }
}
