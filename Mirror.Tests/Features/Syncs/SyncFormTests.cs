using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Upstream;
using Mirror.Web.Features.Syncs;

namespace Mirror.Tests.Features.Syncs;

public sealed class SyncFormTests
{
    private static readonly Platform Linux = Platform.Parse("linux_amd64");
    private static readonly Platform Mac = Platform.Parse("darwin_arm64");

    [Theory]
    [InlineData("", "Enter a provider, such as hashicorp/aws.")]
    [InlineData("aws", "“aws” is not a provider; expected namespace/type or hostname/namespace/type, such as hashicorp/aws.")]
    [InlineData(" hashicorp/aws ", null)]
    public void Provider_Invalid_ShowsWhatWasExpected(string provider, string? problem)
    {
        var form = new SyncForm { Provider = provider };

        Assert.Equal(problem, form.ProviderProblem);
        Assert.Equal(problem is null, form.IsComplete);
    }

    [Fact]
    public void Versions_InvalidConstraint_ShowsAnError()
    {
        var form = new SyncForm { Provider = "hashicorp/aws", Versions = "newest" };

        Assert.Equal("“newest” is not a version constraint; expected conditions such as ~> 5.0 or >= 4.1, < 6.0.", form.VersionsProblem);
        Assert.False(form.IsComplete);
    }

    [Theory]
    [InlineData("", "The latest stable version is 2.1.0, of 5 versions.")]
    [InlineData("~> 1.0", "Selects 3 versions: 1.2.0, 1.1.0, 1.0.0.")]
    [InlineData("1.1.0", "Selects 1.1.0.")]
    [InlineData("> 0.1", "Selects 4 versions: 2.1.0, 1.2.0, 1.1.0 and 1 more.")]
    [InlineData("> 9", "No version matches; the newest is 2.1.0.")]
    [InlineData("newest", null)]
    public void Constraint_WithOriginVersions_ShowsTheSelectedOnes(string versions, string? description)
    {
        var form = new SyncForm
        {
            Provider = "hashicorp/aws",
            Versions = versions,
            Offered = Offer(
            "3.0.0-beta1", "2.1.0", "1.2.0", "1.1.0", "1.0.0")
        };

        Assert.Equal(description, form.Describe());
    }

    [Fact]
    public void Platforms_OfSelectedVersions_AreOfferedAndOnlyCheckedOnesRequested()
    {
        var form = new SyncForm { Provider = "hashicorp/aws", Offered = Offer("2.1.0") };
        form.Choose([Mac, Linux]);
        form.Choose([Linux]);

        var request = form.ToRequest();

        Assert.Equal([Mac, Linux], form.Platforms);
        Assert.Equal([Linux], request.Platforms);
        Assert.Null(Assert.Single(request.Providers).Versions);
    }

    [Theory]
    [InlineData("", "", "2.1.0: darwin/arm64 linux/amd64")]
    [InlineData("~> 1.1", "linux_amd64", "1.2.0: linux/amd64|1.1.0: linux/amd64")]
    [InlineData("1.1.0", "windows_386", "")]
    public void Preview_OfAForm_NamesVersionsAndPlatforms(string versions, string platform, string expected)
    {
        var form = new SyncForm { Provider = "hashicorp/aws", Versions = versions, Offered = Offer("2.1.0", "1.2.0", "1.1.0") };
        form.Choose(platform.Length == 0 ? [] : [Platform.Parse(platform)]);

        var preview = form.Preview()!;

        Assert.Equal(
            expected,
            string.Join('|', preview.Versions.Select(item => $"{item.Version}: {string.Join(' ', item.Platforms.Select(each => each.Display))}")));
    }

    [Fact]
    public void Preview_WithoutTheOrigin_IsUnknown() => Assert.Null(new SyncForm { Provider = "hashicorp/aws" }.Preview());

    [Fact]
    public void Suggestions_ForVersions_BeginWithConstraints()
    {
        var form = new SyncForm { Offered = Offer("3.0.0-beta1", "2.1.0", "1.2.0") };

        Assert.Equal(["~> 2.0", "~> 1.0", "~> 2.1.0", "~> 1.2.0", "3.0.0-beta1", "2.1.0", "1.2.0"], form.SuggestVersions(""));
        Assert.Equal(["3.0.0-beta1"], form.SuggestVersions("beta"));
        Assert.Empty(new SyncForm().SuggestVersions(""));
    }

    [Fact]
    public void LockFile_Valid_IsParsed()
    {
        var form = new SyncForm { FromLockFile = true };

        form.ReadLockFile(
            ".terraform.lock.hcl",
            Encoding.UTF8.GetBytes("provider \"registry.terraform.io/hashicorp/null\" {\n  version = \"3.2.4\"\n}\n"));

        Assert.True(form.IsComplete);
        Assert.Equal("hashicorp/null 3.2.4", SyncRequestText.Short(form.ToRequest()));
    }

    [Theory]
    [InlineData("resource \"x\" \"y\" {}", "lock.hcl is not a dependency lock file: line 1, column 1:")]
    [InlineData("# nothing\n", "lock.hcl locks no provider")]
    public void LockFile_Invalid_ShowsAnError(string content, string problem)
    {
        var form = new SyncForm { FromLockFile = true };

        form.ReadLockFile("lock.hcl", Encoding.UTF8.GetBytes(content));

        Assert.StartsWith(problem, form.LockFileProblem, StringComparison.Ordinal);
        Assert.False(form.IsComplete);
    }

    private static OfferedVersions Offer(params string[] versions) => new(
        ProviderAddress.Parse("hashicorp/aws"),
        [.. versions.Select(version => new OriginVersion(ProviderVersion.Parse(version), [], [Linux, Mac]))],
        [],
        DateTimeOffset.MaxValue);
}
