using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Features.SignIn;

/// <summary>A server with an OpenID provider, and a browser that navigates between them.</summary>
internal sealed partial class OpenIdVisit : IAsyncDisposable
{
    private OpenIdVisit(MirrorServer server, FakeOpenIdProvider provider)
    {
        (Server, Provider, Browser) = (server, provider, new PlainBrowser(server.Url));
        provider.RedirectUri = new Uri(server.Url, "sign-in/openid/callback");
    }

    public MirrorServer Server { get; }

    public FakeOpenIdProvider Provider { get; }

    public PlainBrowser Browser { get; private set; }

    /// <param name="provider">It is disposed with the visit.</param>
    public static async Task<OpenIdVisit> StartAsync(
        FakeOpenIdProvider provider, Func<OidcOptions, OidcOptions>? configure = null, Func<MirrorOptions, MirrorOptions>? server = null)
    {
        var oidc = new OidcOptions
        {
            Authority = new Uri(provider.Authority),
            ClientId = FakeOpenIdProvider.ClientId,
            ClientSecret = FakeOpenIdProvider.Secret,
            Scopes = ["openid", "profile"],
        };
        return new OpenIdVisit(
            await MirrorServer.StartAsync(options => (server ?? (same => same))(options with
            {
                Listen = options.Listen with { Https = null },
                Auth = options.Auth with { AnonymousRead = false, Oidc = configure?.Invoke(oidc) ?? oidc },
            })),
            provider);
    }

    /// <summary>Signs in.</summary>
    /// <param name="below">The base path.</param>
    /// <returns>The address of the last redirect, which contains <c>problem</c> if the sign-in failed.</returns>
    public async Task<string> SignInAsync(Func<Uri, Uri>? atCallback = null, string below = "")
    {
        using var begun = await Browser.SendAsync($"{below}/sign-in/openid?returnUrl={Uri.EscapeDataString(below + "/account")}");
        if (begun.Headers.Location is not { IsAbsoluteUri: true } authorize)
        {
            return begun.Headers.Location!.OriginalString;
        }

        using var accepted = await Browser.SendAsync(authorize.AbsoluteUri, HttpMethod.Get);
        if (accepted.Headers.Location is not { } callback)
        {
            throw new InvalidOperationException($"The provider refused: {string.Join(", ", Provider.Violations)}.");
        }

        callback = atCallback?.Invoke(callback) ?? callback;
        using var end = await Browser.SendAsync(callback.AbsoluteUri, HttpMethod.Get);
        return end.StatusCode == HttpStatusCode.OK
            ? GoOn().Match(await end.Content.ReadAsStringAsync()).Groups[1].Value
            : end.Headers.Location!.OriginalString;
    }

    public void StartNewBrowser()
    {
        Browser.Dispose();
        Browser = new PlainBrowser(Server.Url);
    }

    /// <summary>The only user who signed in; null if none was created.</summary>
    public Task<UserRow?> FindUserAsync() =>
        MirrorWithOrigin.QueryAsync(Server, db => db.Users.Include(row => row.Principal).SingleOrDefaultAsync());

    public async Task<string?> GroupsAsync() => (await FindUserAsync())?.OidcGroups;

    /// <summary>The reason for the last failed sign-in in the audit log.</summary>
    public Task<string?> RefusalAsync() => MirrorWithOrigin.QueryAsync(
        Server,
        db => db.Audit.Where(row => row.Action == "user.sign-in"
            && !row.Succeeded).OrderByDescending(row => row.Id).Select(row => row.Detail).FirstOrDefaultAsync());

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Server.DisposeAsync();
        await Provider.DisposeAsync();
    }

    [GeneratedRegex("content=\"0;url=([^\"]+)\"")]
    private static partial Regex GoOn();
}
