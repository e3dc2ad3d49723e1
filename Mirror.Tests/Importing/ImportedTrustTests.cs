using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Importing;

public sealed class ImportedTrustTests
{
    private const string Upload = $"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0/platforms/linux_amd64/package";

    [Fact]
    public async Task Import_MatchingAStoredProof_IsVerified()
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Base + "1.0.0.json");

        await ImportAsync(mirror);

        Assert.Equal(TrustLevel.Verified, await TrustAsync(mirror));
    }

    [Fact]
    public async Task Proof_FetchedAfterAnImport_RaisesItsTrust()
    {
        await using var mirror = await StartAsync();
        await ImportAsync(mirror);
        var before = await TrustAsync(mirror);

        await mirror.GetJsonAsync(Base + "1.0.0.json");

        Assert.Equal(TrustLevel.Imported, before);
        Assert.Equal(TrustLevel.Verified, await TrustAsync(mirror));
    }

    [Fact]
    public async Task Import_WithTheOriginStopped_IsListedAndServed()
    {
        await using var mirror = await StartAsync();
        await mirror.Origin.StopAsync();

        await ImportAsync(mirror);
        var archive = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives").GetProperty("linux_amd64");

        Assert.True((await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions").TryGetProperty("1.0.0", out _));
        Assert.Equal(
            [mirror.OriginPackage().ZipHash, mirror.OriginPackage().ContentHash],
            archive.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + archive.GetProperty("url").GetString()));
    }

    private static async Task ImportAsync(MirrorWithOrigin mirror)
    {
        using var content = new ByteArrayContent(mirror.OriginPackage().Content);
        using var response = await mirror.Server.AdminClient.PutAsync(Upload, content);
        response.EnsureSuccessStatusCode();
    }

    private static Task<TrustLevel> TrustAsync(MirrorWithOrigin mirror) =>
        mirror.QueryAsync(db => db.Packages.Select(row => row.Trust).SingleAsync());
}
