using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Protocols;
using Mirror.Web.Contracts;
using Xunit;

namespace Mirror.Tests.Access;

public sealed class NamespaceWriterTests : IAsyncLifetime
{
    private MirrorServer _server = null!;

    private NamespaceWriter Writer => _server.Services.GetRequiredService<NamespaceWriter>();

    public async Task InitializeAsync() => _server = await MirrorServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_AtAnInvalidPath_ReportsTheReason()
    {
        Assert.Equal(CreateOutcome.Created, await CreateAsync("platform"));
        Assert.Equal(CreateOutcome.AlreadyExists, await CreateAsync("platform"));
        Assert.Equal(CreateOutcome.ParentMissing, await CreateAsync("nowhere/network"));
        Assert.Equal(CreateOutcome.NeedsAGroup, await CreateAsync("alone", NamespaceKind.Workspace));
        Assert.Equal(CreateOutcome.Created, await CreateAsync("platform/network", NamespaceKind.Workspace));
        Assert.Equal(CreateOutcome.ParentIsWorkspace, await CreateAsync("platform/network/below"));
    }

    [Fact]
    public async Task Create_OfTheSamePathConcurrently_CreatesItOnce()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync("platform")));

        Assert.Single(outcomes, CreateOutcome.Created);
        Assert.Equal(7, outcomes.Count(outcome => outcome == CreateOutcome.AlreadyExists));
    }

    [Fact]
    public async Task Settings_OfANewRootGroup_AreOffAndInherited()
    {
        await CreateAsync("platform");
        await CreateAsync("platform/network");
        await CreateAsync("platform/network/prod", NamespaceKind.Workspace);

        var workspace = await FindAsync("platform/network/prod");
        Assert.Equal(
            (false, CachingSetting.Inherit, "platform", false),
            (
                workspace.AutomaticCaching,
                workspace.AutomaticCachingSetting,
                workspace.AutomaticCachingFrom!.Value,
                workspace.AnonymousRead));

        await Writer.ChangeSettingsAsync(Path("platform/network"), CachingSetting.On, null, Principal.Admin, CancellationToken.None);
        await Writer.ChangeSettingsAsync(Path("platform"), null, true, Principal.Admin, CancellationToken.None);

        workspace = await FindAsync("platform/network/prod");
        Assert.Equal(
            (true, CachingSetting.Inherit, "platform/network", true),
            (
                workspace.AutomaticCaching,
                workspace.AutomaticCachingSetting,
                workspace.AutomaticCachingFrom!.Value,
                workspace.AnonymousRead));
        Assert.Equal(
            SettingsOutcome.NotARootGroup,
            await Writer.ChangeSettingsAsync(Path("platform/network"), null, true, Principal.Admin, CancellationToken.None));
        Assert.Equal(
            SettingsOutcome.FollowsConfiguration,
            await Writer.ChangeSettingsAsync(NamespacePath.Default, null, false, Principal.Admin, CancellationToken.None));
    }

    [Fact]
    public async Task Rename_OfAGroup_MovesItsDescendants()
    {
        await CreateAsync("platform");
        await CreateAsync("platform/net");
        await CreateAsync("platform/net/prod", NamespaceKind.Workspace);
        await CreateAsync("platform/net2");
        var before = await FindAsync("platform/net/prod");

        Assert.Equal(
            RenameOutcome.AlreadyExists,
            await Writer.RenameAsync(Path("platform/net"), Path("platform/net2"), Principal.Admin, CancellationToken.None));
        Assert.Equal(
            RenameOutcome.Renamed,
            await Writer.RenameAsync(Path("platform/net"), Path("platform/network"), Principal.Admin, CancellationToken.None));

        Assert.Equal(before.NamespaceId, (await FindAsync("platform/network/prod")).NamespaceId);
        Assert.NotNull(await FindAsync("platform/net2"));
        Assert.Null(await Directory.FindAsync(Path("platform/net/prod"), CancellationToken.None));
        Assert.Equal(
            RenameOutcome.NotFound,
            await Writer.RenameAsync(Path("platform/net"), Path("platform/x"), Principal.Admin, CancellationToken.None));
        Assert.Equal(
            RenameOutcome.IsDefault,
            await Writer.RenameAsync(NamespacePath.Default, Path("other"), Principal.Admin, CancellationToken.None));
    }

    [Fact]
    public async Task Delete_OfARootGroup_DeletesPackagesThatNoOtherGroupUses()
    {
        await CreateAsync("platform");
        await CreateAsync("platform/network");
        await ImportAsync("platform", "shared");
        await ImportAsync("default", "shared");
        await ImportAsync("platform", "own");
        var network = await FindAsync("platform/network");
        var account = await _server.Services.GetRequiredService<ServiceAccountTokens>().CreateAsync(
            network, new ServiceAccountTokenRequest("ci", Role.Viewer, null, null), AccessSubject.Admin, CancellationToken.None);
        var bearer = _server.Services.GetRequiredService<AccessTokens>();
        Assert.NotNull(await bearer.FindSubjectAsync(account.Token!.Token, CancellationToken.None));

        Assert.Equal(DeleteOutcome.NotEmpty, await DeleteAsync("platform", force: false));
        Assert.Equal(DeleteOutcome.Deleted, await DeleteAsync("platform", force: true));

        Assert.Null(await Directory.FindAsync(Path("platform/network"), CancellationToken.None));
        Assert.Null(await bearer.FindSubjectAsync(account.Token.Token, CancellationToken.None));
        Assert.Equal(
            [NamespacePath.Default.Value],
            await MirrorWithOrigin.QueryAsync(_server, db => db.Namespaces.Select(row => row.Path).ToListAsync()));
        Assert.Equal(
            (1, 0, 0, 0),
            await MirrorWithOrigin.QueryAsync(
                _server,
                async db => (
                    await db.Packages.CountAsync(),
                    await db.Memberships.CountAsync(),
                    await db.AccessTokens.CountAsync(),
                    await db.Principals.CountAsync())));
        var stored = await _server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(Sha256Digest.Of(ProviderZip.Make("null", "shared")), Assert.Single(stored).Digest);
        Assert.Equal(DeleteOutcome.NotFound, await DeleteAsync("platform", force: true));
        Assert.Equal(DeleteOutcome.IsDefault, await DeleteAsync("default", force: true));
    }

    [Fact]
    public async Task Change_OfAnyKind_IsAudited()
    {
        await CreateAsync("platform");
        await CreateAsync("platform/prod", NamespaceKind.Workspace);
        await Writer.ChangeSettingsAsync(Path("platform/prod"), CachingSetting.Off, null, Principal.Admin, CancellationToken.None);
        await Writer.RenameAsync(Path("platform/prod"), Path("platform/live"), Principal.Admin, CancellationToken.None);
        await DeleteAsync("platform/live", force: false);

        var events = await MirrorWithOrigin.QueryAsync(_server, db => db.Audit.OrderBy(row => row.Id).ToListAsync());

        Assert.Equal(
            ["group.create platform", "workspace.create platform/prod", "settings.change platform/prod", "workspace.rename platform/live", "workspace.delete platform/live"],
            events.Select(row => $"{row.Action} {row.Target}"));
        Assert.All(events, row => Assert.Equal(("admin", events[0].RootGroupId), (row.Principal, row.RootGroupId)));
    }

    private NamespaceDirectory Directory => _server.Services.GetRequiredService<NamespaceDirectory>();

    private static NamespacePath Path(string path) => NamespacePath.Parse(path);

    private Task<CreateOutcome> CreateAsync(string path, NamespaceKind kind = NamespaceKind.Group) =>
        Writer.CreateAsync(Path(path), kind, Principal.Admin, CancellationToken.None);

    private Task<DeleteOutcome> DeleteAsync(string path, bool force) =>
        Writer.DeleteAsync(Path(path), force, Principal.Admin, CancellationToken.None);

    private async Task<ResolvedNamespace> FindAsync(string path) => (await Directory.FindAsync(Path(path), CancellationToken.None))!;

    private async Task ImportAsync(string group, string content)
    {
        using var package = new ByteArrayContent(ProviderZip.Make("null", content));
        await new MirrorClient(_server.AdminClient).ImportPackageAsync(
            Path(group),
            ProviderAddress.Parse("hashicorp/null"),
            ProviderVersion.Parse(content == "own" ? "2.0.0" : "1.0.0"),
            Platform.Parse("linux_amd64"),
            package,
            CancellationToken.None);
    }
}
