using Mirror.Core.Upstream.Git;

namespace Mirror.Tests.Upstream.Git;

public sealed class GitSourceTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=v1.0.0", "https://git.example.com/acme/vpc.git", "v1.0.0", "")]
    [InlineData("git::https://git.example.com/acme/vpc.git//modules/inner?ref=v1.0.0&depth=1", "https://git.example.com/acme/vpc.git", "v1.0.0", "modules/inner")]
    [InlineData("git::https://git.example.com:8443/acme/vpc", "https://git.example.com:8443/acme/vpc", "HEAD", "")]
    [InlineData("git::https://git.example.com/acme/vpc/?ref=", "https://git.example.com/acme/vpc", "HEAD", "")]
    [InlineData("git::http://git.example.com/acme/vpc?ref=" + Sha, "http://git.example.com/acme/vpc", Sha, "")]
    [InlineData("git::https://dev.azure.com/acme/a%20b/_git/vpc?ref=feature%2Fx", "https://dev.azure.com/acme/a%20b/_git/vpc", "feature/x", "")]
    [InlineData("git::https://git.example.com/acme/vpc?ref=v1.0.0%2Bb1", "https://git.example.com/acme/vpc", "v1.0.0+b1", "")]
    [InlineData("github.com/acme/vpc", "https://github.com/acme/vpc", "HEAD", "")]
    [InlineData("github.com/acme/vpc.git//modules/inner?ref=v1", "https://github.com/acme/vpc.git", "v1", "modules/inner")]
    [InlineData("git::github.com/acme/vpc?ref=v1", "https://github.com/acme/vpc", "v1", "")]
    [InlineData("bitbucket.org/acme/vpc?ref=v1", "https://bitbucket.org/acme/vpc", "v1", "")]
    [InlineData("gitlab.com/acme/vpc?ref=v1", "https://gitlab.com/acme/vpc", "v1", "")]
    public void Address_OfARepositoryOverHttp_IsParsed(string address, string repository, string revision, string subdirectory)
    {
        Assert.True(GitSource.TryParse(address, out var source));
        Assert.Equal((repository, revision, subdirectory), (source.Repository.AbsoluteUri, source.Revision, source.Subdirectory));
    }

    [Theory]
    [InlineData("https://git.example.com/acme/vpc.git")]
    [InlineData("git::ssh://git@git.example.com/acme/vpc.git")]
    [InlineData("git::git@git.example.com:acme/vpc.git")]
    [InlineData("git@github.com:acme/vpc.git")]
    [InlineData("git::file:///etc")]
    [InlineData("git::https://user@git.example.com/acme/vpc.git")]
    [InlineData("git::https://git.example.com")]
    [InlineData("git::https://git.example.com/acme/vpc.git?sshkey=AAAA")]
    [InlineData("git::https://git.example.com/acme/vpc.git?path=/")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=a%20b")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=a+b")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=-a")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=a..b")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=a:b")]
    [InlineData("git::https://git.example.com/acme/vpc.git?ref=a%0Ab")]
    [InlineData("github.com/acme")]
    [InlineData("github.com/acme/vpc/modules/inner")]
    [InlineData("git.example.com/acme/vpc")]
    [InlineData("hg::https://hg.example.com/acme")]
    [InlineData("git::")]
    [InlineData("")]
    public void Address_OfAnythingElse_IsNot(string address) => Assert.False(GitSource.TryParse(address, out _));
}
