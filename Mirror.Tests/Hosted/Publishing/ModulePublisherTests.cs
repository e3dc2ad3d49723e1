using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Hosted.Publishing.PublishingServer;

namespace Mirror.Tests.Hosted.Publishing;

public sealed class ModulePublisherTests
{
    private static readonly byte[] Archive = ModuleTar.Make(("main.tf", "# a module"));

    [Theory]
    [InlineData("")]
    [InlineData("./")]
    [InlineData("vpc-1.0.0/")]
    public async Task Publish_TarWithATopDirectory_StoresWhereTheModuleIs(string top)
    {
        await using var server = await StartAsync();
        byte[] archive = ModuleTar.Make((top + "README.md", "# VPC"), (top + "modules/a/main.tf", ""), (top + "main.tf", ""));

        var published = await PublishAsync(server, archive);

        Assert.Null(published.Failure);
        Assert.Equal((Vpc, VpcVersion, Sha256Digest.Of(archive)), (published.Value.Module, published.Value.Version, published.Value.Digest));
        Assert.Equal(top.Trim('.', '/'), published.Value.Subdirectory);
        var audit = await MirrorWithOrigin.QueryAsync(server, db => db.Audit.SingleAsync(row => row.Action == "module.publish"));
        Assert.Equal(($"{Vpc}", "1.0.0", $"SHA-256 {Sha256Digest.Of(archive).Hex}"), (audit.Target, audit.Version, audit.Detail));
    }

    [Fact]
    public async Task Publish_ZipOfAGitCommit_RecordsItsOrigin()
    {
        await using var server = await StartAsync();
        byte[] archive = FakeModuleVersion.Zip(("repository-abc/aws/main.tf", "# a module"), ("repository-abc/README.md", ""));
        var origin = new ModuleOrigin("https://github.com/acme/modules", "v1.0.0", "0123456789abcdef0123456789abcdef01234567");

        var published = await PublishAsync(server, archive, "zip", request => request with { Subdirectory = "aws", Origin = origin });

        Assert.Null(published.Failure);
        Assert.Equal(("repository-abc/aws", origin), (published.Value.Subdirectory, published.Value.Origin));
    }

    [Fact]
    public async Task Publish_AtAnotherNameOfTheServer_StoresTheCurrentName()
    {
        await using var server = await StartAsync(options => options with
        {
            Hosted = options.Hosted with { Hostnames = [ProviderHostname.Parse("old.example.com")] },
        });

        var published = await PublishAsync(
            server, Archive, configure: request => request with { Module = ModuleAddress.Parse("old.example.com/acme/vpc/aws") });

        Assert.Equal(Vpc, published.Value.Module);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_ExistingVersion_ConflictsAndKeepsTheFirst(bool same)
    {
        await using var server = await StartAsync();
        Assert.True((await PublishAsync(server, Archive)).IsSuccess);

        var second = await PublishAsync(server, same ? Archive : ModuleTar.Make(("main.tf", "# other")));

        Assert.Equal(FailureKind.Conflict, second.Failure?.Kind);
        Assert.Contains("mirror.example.com/acme/vpc/aws 1.0.0 exists", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(Sha256Digest.Of(Archive).Hex, (await MirrorWithOrigin.QueryAsync(server, db => db.ModulePackages.SingleAsync())).Sha256);
        Assert.Equal(1, await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.CountAsync()));
    }

    [Fact]
    public async Task Publish_ConcurrentlyTheSameVersion_SucceedsOnce()
    {
        await using var server = await StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => PublishAsync(server, ModuleTar.Make(("main.tf", $"# {n}")))));

        var published = Assert.Single(outcomes, outcome => outcome.IsSuccess);
        Assert.All(outcomes.Where(outcome => !outcome.IsSuccess), outcome => Assert.Equal(FailureKind.Conflict, outcome.Failure!.Kind));
        Assert.Equal(published.Value.Digest.Hex, (await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.SingleAsync())).Sha256);
    }

    [Theory]
    [InlineData("mirror.example.com/unknown/vpc/aws", FailureKind.NotFound, "mirror registry-namespace create unknown")]
    [InlineData("mirror.example.com/Acme/vpc/aws", FailureKind.NotFound, "The registry namespace 'Acme' does not exist")]
    [InlineData("mirror.example.com/foreign/vpc/aws", FailureKind.Conflict, "'foreign' belongs to another root group")]
    [InlineData("registry.terraform.io/acme/vpc/aws", FailureKind.Rejected, "expected 'mirror.example.com/acme/vpc/aws'")]
    public async Task Publish_ElsewhereThanInAnOwnNamespace_IsRefused(string module, FailureKind kind, string message)
    {
        await using var server = await StartAsync();
        Assert.Equal(0, (await CommandLine.RunAsync(server, "group", "create", "other")).ExitCode);
        await AddNamespaceAsync(server, "foreign", "other");

        var refused = await PublishAsync(server, Archive, configure: request => request with { Module = ModuleAddress.Parse(module) });

        Assert.Equal(kind, refused.Failure?.Kind);
        Assert.Contains(message, refused.Failure!.Message, StringComparison.Ordinal);
        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Publish_WithoutPublicUrl_IsRefused()
    {
        await using var server = await StartAsync(options => options with { PublicUrl = null });

        var refused = await PublishAsync(server, Archive);

        Assert.Contains("Mirror:PublicUrl", refused.Failure?.Message, StringComparison.Ordinal);
        await AssertNothingAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_LargerThanAllowed_IsRefused(bool lengthIsKnown)
    {
        await using var server = await StartAsync(options => options with { Packages = options.Packages with { MaxPackageSize = 100 } });

        var refused = await PublishAsync(
            server, new byte[1000], configure: request => request with { Length = lengthIsKnown ? 1000 : null });

        Assert.Equal(FailureKind.TooLarge, refused.Failure?.Kind);
        await AssertNothingAsync(server);
    }

    public static TheoryData<string, byte[], string> Unusable() => new()
    {
        { "tar.gz", "this is no archive"u8.ToArray(), "does not start like a tar.gz archive" },
        { "tar.gz", Archive[..^9], "was not published" },
        { "zip", Archive, "does not start like a zip archive" },
        { "tar.xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0], "tar.xz archives cannot be read here; expected tar.gz or zip" },
        { "tar.gz", ModuleTar.Make(("README.md", "")), "has no *.tf, *.tf.json or *.tofu file at its root" },
        { "tar.gz", ModuleTar.Make(("a/main.tf", ""), ("b/main.tf", "")), "has no *.tf, *.tf.json or *.tofu file at its root" },
        { "tar.gz", ModuleTar.Make(("a module/main.tf", "")), "in the directory 'a module'" },
        { "zip", FakeModuleVersion.Zip(("../main.tf", "")), "leads out of the package with '..'" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task Publish_UnusableArchive_IsRefusedWithTheReason(string format, byte[] archive, string reason)
    {
        await using var server = await StartAsync();

        var refused = await PublishAsync(server, archive, format);

        Assert.Equal(FailureKind.Rejected, refused.Failure?.Kind);
        Assert.Contains(reason, refused.Failure!.Message, StringComparison.Ordinal);
        await AssertNothingAsync(server);
    }
}
