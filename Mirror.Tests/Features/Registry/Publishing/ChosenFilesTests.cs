using Mirror.Web.Features.Registry.Publishing;

namespace Mirror.Tests.Features.Registry.Publishing;

public sealed class ChosenFilesTests
{
    private const string Stem = "terraform-provider-dns_1.2.0";

    [Theory]
    [InlineData("terraform-aws-vpc-1.2.0.tar.gz", "vpc", "aws", "1.2.0")]
    [InlineData("terraform-aws-vpc-endpoints-v1.2.0-beta.1.zip", "vpc-endpoints", "aws", "1.2.0-beta.1")]
    [InlineData("vpc_1.2.0.tgz", "vpc", null, "1.2.0")]
    [InlineData("vpc-v1.2.0.tgz", "vpc", null, "1.2.0")]
    [InlineData("vpc.tar.gz", "vpc", null, null)]
    [InlineData("terraform-google-network-main.zip", "network-main", "google", null)]
    [InlineData("größe.zip", null, null, null)]
    public void ModuleArchive_ByItsName_FillsTheAddress(string file, string? name, string? system, string? version)
    {
        var archive = ModuleArchive.Of([new(file, 1)]);

        Assert.Equal((name, system, version, null), (archive.Name, archive.System, archive.Version?.Value, archive.Problem));
    }

    [Theory]
    [InlineData("module.txt", "module.txt is not an archive")]
    [InlineData("module.tar.bz2", "module.tar.bz2 is not an archive")]
    [InlineData("a.zip b.zip", "2 files were chosen. Choose one archive")]
    public void ModuleArchive_OfOtherFiles_SaysWhatWasExpected(string files, string problem) =>
        Assert.StartsWith(
            problem, ModuleArchive.Of([.. files.Split(' ').Select(name => new ChosenFile(name, 1))]).Problem, StringComparison.Ordinal);

    [Fact]
    public void ProviderRelease_Complete_HasItsTypeAndVersion()
    {
        var release = Release($"{Stem}_SHA256SUMS", $"{Stem}_SHA256SUMS.sig", $"{Stem}_manifest.json", $"{Stem}_linux_amd64.zip", "CHANGELOG.md");

        Assert.Equal(("dns", "1.2.0", null, 4L), (release.Type, release.Version?.Value, release.Problem, release.Size));
        Assert.Equal(
            [ReleaseFileKind.Package, ReleaseFileKind.Sums, ReleaseFileKind.Signature, ReleaseFileKind.Manifest, ReleaseFileKind.Other],
            release.Files.Select(file => file.Kind));
        Assert.DoesNotContain(release.Sent, file => file.File.Name == "CHANGELOG.md");
    }

    [Theory]
    [InlineData("_linux_amd64.zip", "The file terraform-provider-dns_1.2.0_SHA256SUMS is missing.")]
    [InlineData("_linux_amd64.zip _SHA256SUMS", "The file terraform-provider-dns_1.2.0_SHA256SUMS.sig is missing.")]
    [InlineData("_SHA256SUMS _SHA256SUMS.sig", "There is no package.")]
    public void ProviderRelease_Incomplete_NamesTheMissingFile(string ends, string problem) =>
        Assert.StartsWith(problem, Release([.. ends.Split(' ').Select(end => Stem + end)]).Problem, StringComparison.Ordinal);

    [Fact]
    public void ProviderRelease_OfSeveralVersions_NamesThem()
    {
        var release = Release($"{Stem}_linux_amd64.zip", "terraform-provider-dns_1.3.0_linux_amd64.zip");

        Assert.Equal("The files are of several releases, such as dns 1.2.0 and dns 1.3.0. Choose the files of one.", release.Problem);
        Assert.Null(release.Version);
    }

    [Theory]
    [InlineData("terraform-provider-_1.0.0_SHA256SUMS")]
    [InlineData("terraform-provider-dns_x_SHA256SUMS")]
    [InlineData("terraform-provider-_SHA256SUMS")]
    [InlineData("terraform-provider-dns_1.0.0_linux.zip")]
    [InlineData("dns_1.0.0_SHA256SUMS")]
    [InlineData("")]
    public void ReleaseFile_WithAnotherName_IsNotSent(string name) =>
        Assert.Equal(ReleaseFileKind.Other, ReleaseFile.Of(new(name, 1)).Kind);

    private static ProviderRelease Release(params string[] names) => ProviderRelease.Of([.. names.Select(name => new ChosenFile(name, 1))]);
}
