using System.Net;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Mirror.Web.Contracts;
using Mirror.Web.Features.Groups;
using Xunit;

namespace Mirror.Tests.Features.Groups;

/// <summary>Members, service accounts and tokens, through the client that the command line uses.</summary>
public sealed class MemberApiTests : IAsyncLifetime
{
    private static readonly NamespacePath Platform = NamespacePath.Parse("platform");
    private static readonly NamespacePath Network = NamespacePath.Parse("platform/network");
    private readonly ManualTimeProvider _time = new();
    private MirrorServer _server = null!;

    private MirrorClient Admin => new(_server.AdminClient);

    public async Task InitializeAsync()
    {
        _server = await MirrorServer.StartAsync(time: _time);
        await _server.AddNamespacesAsync("platform", "platform/network", "other");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Members_OfAGroup_AreListedWithInheritedRoles()
    {
        await _server.AddUserAsync("alice");
        await Admin.SetMemberAsync(Platform, PrincipalName.Parse("alice"), Role.Viewer, CancellationToken.None);
        await Admin.SetMemberAsync(Network, PrincipalName.Parse("alice"), Role.Viewer, CancellationToken.None);
        await Admin.SetMemberAsync(Network, PrincipalName.Parse("alice"), Role.Deployer, CancellationToken.None);
        await Admin.CreateServiceAccountAsync(Platform, "ci", Role.Deployer, CancellationToken.None);
        await Admin.SetGroupMappingAsync(Platform, "team / a", Role.Owner, CancellationToken.None);

        var list = await Admin.ListMembersAsync(Network, CancellationToken.None);

        Assert.Equal(
            ["alice deployer platform/network False", "alice viewer platform True", "platform/ci deployer platform True"],
            list.Members.Select(
                member => $"{member.Principal.Name} {member.Role.ToString().ToLowerInvariant()} {member.From} {member.Inherited}"));
        Assert.Equal([new GroupMapping("team / a", Role.Owner, "platform", true)], list.GroupMappings);

        await Admin.RemoveMemberAsync(Network, PrincipalName.Parse("alice"), CancellationToken.None);
        await Admin.RemoveGroupMappingAsync(Platform, "team / a", CancellationToken.None);

        list = await Admin.ListMembersAsync(Network, CancellationToken.None);
        Assert.Equal(2, list.Members.Count);
        Assert.Empty(list.GroupMappings);
        Assert.Equal(
            ["member.add", "member.add", "member.change", "service-account.create", "member.add", "group-mapping.add", "member.remove", "group-mapping.remove"],
            (await EventsAsync()).Select(row => row.Action));
    }

    [Fact]
    public async Task Token_OfAGroup_HasItsRoleUntilItExpiresOrIsRevoked()
    {
        var created = await Admin.CreateTokenAsync(
            Platform, new NewServiceAccountToken("ci", Role.Viewer, "30d", null), CancellationToken.None);
        var client = _server.CreateClient(created.Token);
        var own = new MirrorClient(client);

        Assert.Equal("platform/ci", created.Principal.Name);
        Assert.Equal(Role.Viewer, (await own.GetNamespaceAsync(Network, CancellationToken.None)).Role);
        var listed = Assert.Single((await Admin.ListTokensAsync(Platform, CancellationToken.None)).Items);
        Assert.Equal((created.Id, created.Token[..12], _time.GetUtcNow().AddDays(30)), (listed.Id, listed.Prefix, listed.ExpiresAt));
        Assert.Equal(_time.GetUtcNow(), listed.LastUsedAt);
        Assert.Equal("admin", listed.CreatedBy);

        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "groups/platform"));

        var second = await Admin.CreateTokenAsync(Platform, new NewServiceAccountToken("second", null, null, "ci"), CancellationToken.None);
        var again = _server.CreateClient(second.Token);
        Assert.Equal((Role.Viewer, HttpStatusCode.OK), (second.Role, await StatusAsync(again, "groups/platform")));
        await Admin.RevokeTokenAsync(Platform, second.Id, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(again, "groups/platform"));
        Assert.Single((await Admin.ListTokensAsync(Platform, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Token_CreatedTwiceWithTheSameName_HasTwoServiceAccounts()
    {
        var first = await Admin.CreateTokenAsync(
            Platform, new NewServiceAccountToken("ci", Role.Viewer, null, null), CancellationToken.None);
        var second = await Admin.CreateTokenAsync(
            Platform, new NewServiceAccountToken("ci", Role.Owner, null, null), CancellationToken.None);

        Assert.Equal("platform/ci", first.Principal.Name);
        Assert.StartsWith("platform/ci-", second.Principal.Name, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<MirrorApiException>(
            () => Admin.CreateTokenAsync(Platform, new NewServiceAccountToken("x", Role.Owner, null, "ci"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Conflict, other.Status);

        await Admin.DeleteServiceAccountAsync(Platform, "ci", CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_server.CreateClient(first.Token), "groups/platform"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_server.CreateClient(second.Token), "groups/platform"));
    }

    /// <summary>Otherwise an owner of a subgroup could create a token for an account with more permissions in the parent group.</summary>
    [Fact]
    public async Task Token_OfAnAccountWithMorePermissionsThanTheCaller_IsDenied()
    {
        var owner = new MirrorClient(await _server.AddUserAsync("owner", Role.Owner, "platform/network"));
        await Admin.CreateServiceAccountAsync(Network, "ci", Role.Viewer, CancellationToken.None);
        await owner.CreateTokenAsync(Network, new NewServiceAccountToken("before", null, null, "ci"), CancellationToken.None);
        await Admin.SetMemberAsync(Platform, PrincipalName.Parse("platform/network/ci"), Role.Viewer, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<MirrorApiException>(
            () => owner.CreateTokenAsync(Network, new NewServiceAccountToken("after", null, null, "ci"), CancellationToken.None));
        var trust = await Assert.ThrowsAsync<MirrorApiException>(() => owner.AddTrustAsync(
            Network,
            "ci",
            new NewFederatedIdentity("https://issuer.example.com", "mirror", new Dictionary<string, string?> { ["sub"] = "me" }),
            CancellationToken.None));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (refused.Status, trust.Status));
    }

    [Fact]
    public async Task ServiceAccount_OfAGroupThatTheOwnerCannotSee_IsNotFound()
    {
        var owner = new MirrorClient(await _server.AddUserAsync("owner", Role.Owner, "platform"));
        await Admin.CreateServiceAccountAsync(NamespacePath.Parse("other"), "ci", null, CancellationToken.None);

        var hidden = await Assert.ThrowsAsync<MirrorApiException>(
            () => owner.SetMemberAsync(Platform, PrincipalName.Parse("other/ci"), Role.Viewer, CancellationToken.None));
        var missing = await Assert.ThrowsAsync<MirrorApiException>(
            () => owner.SetMemberAsync(Platform, PrincipalName.Parse("other/xx"), Role.Viewer, CancellationToken.None));

        Assert.Equal(
            (HttpStatusCode.NotFound, missing.Message.Replace("xx", "ci", StringComparison.Ordinal)), (hidden.Status, hidden.Message));
    }

    [Fact]
    public async Task AccountToken_OfAUser_HasThePermissionsOfTheUser()
    {
        var http = await _server.AddUserAsync("alice", Role.Deployer, "platform");
        var alice = new MirrorClient(http);

        var created = await alice.CreateAccountTokenAsync(new NewAccountToken("laptop", "1h"), CancellationToken.None);
        var client = _server.CreateClient(created.Token);

        Assert.Equal(Role.Deployer, (await new MirrorClient(client).GetNamespaceAsync(Platform, CancellationToken.None)).Role);
        Assert.Equal(["laptop", "test"], (await alice.ListAccountTokensAsync(CancellationToken.None)).Items.Select(token => token.Name));
        await alice.RevokeAccountTokenAsync(created.Id, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "groups/platform"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_server.Client, "user/tokens"));
        var account = await Admin.CreateTokenAsync(
            Platform, new NewServiceAccountToken(null, Role.Owner, null, null), CancellationToken.None);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(_server.CreateClient(account.Token), "user/tokens"));
    }

    [Fact]
    public async Task Tokens_Created_AreNotStoredInPlainText()
    {
        var created = await Admin.CreateTokenAsync(
            Platform, new NewServiceAccountToken("ci", Role.Viewer, null, null), CancellationToken.None);

        foreach (string file in Directory.EnumerateFiles(_server.DataDirectory, "mirror.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(created.Token, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    private Task<List<AuditRow>> EventsAsync() => MirrorWithOrigin.QueryAsync(
        _server,
        db => db.Audit.Where(row => row.Action != "group.create" && row.Action != "token.create").OrderBy(row => row.Id).ToListAsync());

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string url)
    {
        using var response = await client.GetAsync("/api/v1/" + url);
        return response.StatusCode;
    }
}
