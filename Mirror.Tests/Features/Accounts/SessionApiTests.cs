using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.Accounts;

/// <summary>The API for sessions and for the steps after the first start.</summary>
public sealed class SessionApiTests : IAsyncLifetime
{
    private const string Sessions = "/api/v1/user/sessions";
    private MirrorServer _server = null!;

    public async Task InitializeAsync() => _server = await MirrorServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Sessions_OfAUser_AreListedNewestFirstAndEndWhenTheyAreDeleted()
    {
        var alice = await _server.AddUserAsync("alice");
        string first = await SignInAsync("alice"), second = await SignInAsync("alice");

        var list = await alice.GetFromJsonAsync<SessionList>(Sessions);
        Assert.Equal([false, false], list!.Items.Select(session => session.IsCurrent));
        Assert.True(list.Items[0].Id > list.Items[1].Id);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(alice, $"{Sessions}/{list.Items[1].Id}"));

        Assert.Equal([list.Items[0].Id], (await alice.GetFromJsonAsync<SessionList>(Sessions))!.Items.Select(session => session.Id));
        Assert.False(await IsSignedInAsync(first));
        Assert.True(await IsSignedInAsync(second));
    }

    [Fact]
    public async Task Session_OfAnotherUser_IsNotFoundAndContinues()
    {
        await _server.AddUserAsync("alice");
        var bob = await _server.AddUserAsync("bob", isAdmin: true);
        string secret = await SignInAsync("alice");
        long id = await MirrorWithOrigin.QueryAsync(_server, db => db.Sessions.Select(row => row.Id).SingleAsync());

        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(bob, $"{Sessions}/{id}"));

        Assert.Empty((await bob.GetFromJsonAsync<SessionList>(Sessions))!.Items);
        Assert.True(await IsSignedInAsync(secret));
    }

    [Fact]
    public async Task Sessions_OfCallersWithoutAnAccount_AreRefused()
    {
        using var anonymous = await _server.Client.GetAsync(Sessions);
        using var admin = await _server.AdminClient.GetAsync(Sessions);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (anonymous.StatusCode, admin.StatusCode));
    }

    [Fact]
    public async Task FirstStart_Dismissed_IsOverAndRecordedOnce()
    {
        var alice = await _server.AddUserAsync("alice");
        var firstStart = _server.Services.GetRequiredService<FirstStart>();

        Assert.Equal(HttpStatusCode.Forbidden, await DeleteAsync(alice, "/api/v1/first-start"));
        Assert.False(await firstStart.IsOverAsync(CancellationToken.None));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(_server.AdminClient, "/api/v1/first-start"));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(_server.AdminClient, "/api/v1/first-start"));

        Assert.True(await firstStart.IsOverAsync(CancellationToken.None));
        Assert.Equal(
            ["dismissed"],
            await MirrorWithOrigin.QueryAsync(
                _server, db => db.Audit.Where(row => row.Action == "first-start.end").Select(row => row.Detail).ToListAsync()));
    }

    /// <returns>The secret of the session.</returns>
    private async Task<string> SignInAsync(string user)
    {
        long id = await MirrorWithOrigin.QueryAsync(
            _server, db => db.Principals.Where(row => row.Name == user).Select(row => row.Id).SingleAsync());
        var subject = await _server.Services.GetRequiredService<Subjects>().FindAsync(id, CancellationToken.None);
        return await _server.Services.GetRequiredService<UserSessions>().BeginAsync(subject!, "", "test", CancellationToken.None);
    }

    private async Task<bool> IsSignedInAsync(string secret) =>
        await _server.Services.GetRequiredService<UserSessions>().FindAsync(secret, "", CancellationToken.None) is not null;

    private static async Task<HttpStatusCode> DeleteAsync(HttpClient client, string url)
    {
        using var response = await client.DeleteAsync(url);
        return response.StatusCode;
    }
}
