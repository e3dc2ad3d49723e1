using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.SignIn;

public sealed class SessionsTests : UiFixture
{
    private const string Password = "wonderland is big";
    private static readonly UserName Alice = UserName.Parse("alice");

    private Sessions Sessions => Services.GetRequiredService<Sessions>();

    private Users Users => Services.GetRequiredService<Users>();

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("another-token")]
    [InlineData(Token + "x")]
    public async Task Begin_WithAnotherToken_FailsAndIsRecorded(string? presented)
    {
        Assert.Null(await Sessions.BeginWithTokenAsync(presented, "192.0.2.7", CancellationToken.None));

        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var row = await db.Audit.SingleAsync();
        Assert.Equal(("user.sign-in", false, "192.0.2.7"), (row.Action, row.Succeeded, row.RemoteAddress));
    }

    [Fact]
    public async Task Begin_WithSpacesAroundTheToken_SignsTheAdministratorIn() =>
        Assert.Equal(PrincipalKind.Admin, (await IdentifyAsync((await BeginAsync($" {Token}\n"))!)).Principal.Kind);

    [Fact]
    public async Task Identify_AfterTheSessionExpired_IsAnonymous()
    {
        var user = (await BeginAsync())!;

        Time.Advance(UserSessions.Lifetime - TimeSpan.FromSeconds(1));
        Assert.True((await IdentifyAsync(user)).IsAdmin);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await IdentifyAsync(user)).IsAnonymous);
    }

    [Fact]
    public async Task Identify_AfterTheClockWasSetBack_IsAnonymous()
    {
        var user = (await BeginAsync())!;

        Time.SetWallClock(Time.GetUtcNow().AddMinutes(-4));
        Assert.True((await IdentifyAsync(user)).IsAdmin);
        Time.SetWallClock(Time.GetUtcNow().AddDays(-1));
        Assert.True((await IdentifyAsync(user)).IsAnonymous);
    }

    [Fact]
    public async Task Identify_AfterSignOut_IsAnonymousInThatSessionOnly()
    {
        var ended = (await BeginAsync())!;
        var other = (await BeginAsync())!;

        await Sessions.EndAsync(ended, CancellationToken.None);

        Assert.True((await IdentifyAsync(ended)).IsAnonymous);
        Assert.True((await IdentifyAsync(other)).IsAdmin);
    }

    [Fact]
    public async Task Identify_AfterTheAdminTokenChanged_IsAnonymous()
    {
        var user = (await BeginAsync())!;
        var another = await ReplicaAsync("another-token-of-this-instance");

        Assert.True((await another.IdentifyAsync(user, CancellationToken.None)).IsAnonymous);
    }

    [Fact]
    public async Task Identify_OnAnotherReplicaOrAfterARestart_IsTheSameUser()
    {
        await CreateAliceAsync(isTemporary: false);
        var user = (await BeginAliceAsync())!;

        var replica = await ReplicaAsync(Token);

        Assert.Equal(new Principal(PrincipalKind.User, "alice"), (await replica.IdentifyAsync(user, CancellationToken.None)).Principal);
    }

    [Fact]
    public async Task Identify_WithATemporaryPassword_MayDoNothingYet()
    {
        await CreateAliceAsync(isTemporary: true);

        var user = (await BeginAliceAsync())!;

        Assert.True((await Sessions.FindAsync(user, CancellationToken.None))!.MustChangePassword);
        Assert.True((await IdentifyAsync(user)).IsAnonymous);
    }

    [Theory]
    [InlineData("change")]
    [InlineData("reset")]
    [InlineData("delete")]
    public async Task Identify_AfterThePasswordOrUserChanged_IsAnonymousInAllTheirSessions(string what)
    {
        await CreateAliceAsync(isTemporary: false);
        var first = (await BeginAliceAsync())!;
        var second = (await BeginAliceAsync())!;
        var admin = (await BeginAsync())!;

        Assert.True(NewPassword.TryCreate("through the looking glass", Alice, out var password, out _));
        var change = what switch
        {
            "change" =>
                await Services.GetRequiredService<Passwords>()
                    .ChangeAsync(await IdentifyAsync(first), Password, password, CancellationToken.None),
            "reset" => await Users.ResetPasswordAsync(Alice, password, revokeTokens: false, Principal.Admin, CancellationToken.None),
            _ => await Users.DeleteAsync(Alice, Principal.Admin, CancellationToken.None),
        };

        Assert.Equal(UserChange.Done, change);
        Assert.True((await IdentifyAsync(first)).IsAnonymous);
        Assert.True((await IdentifyAsync(second)).IsAnonymous);
        Assert.True((await IdentifyAsync(admin)).IsAdmin);
    }

    [Fact]
    public async Task Identify_AfterAdminRightsWereRevoked_KeepsTheSessionWithoutThem()
    {
        await CreateAliceAsync(isTemporary: false, isAdmin: true);
        var user = (await BeginAliceAsync())!;
        Assert.True((await IdentifyAsync(user)).IsAdmin);

        await Users.SetAdminAsync(Alice, false, Principal.Admin, CancellationToken.None);

        Assert.Equal((false, false), ((await IdentifyAsync(user)).IsAdmin, (await IdentifyAsync(user)).IsAnonymous));
    }

    [Fact]
    public async Task Sessions_InTheDatabase_ContainNoUsableSecret()
    {
        var user = (await BeginAsync())!;
        string secret = user.FindFirstValue("mirror:session")!;

        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.DoesNotContain(secret, (await db.Sessions.SingleAsync()).Hash, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Identify_WithoutACookie_IsAnonymous() =>
        Assert.True((await IdentifyAsync(new ClaimsPrincipal(new ClaimsIdentity()))).IsAnonymous);

    private Task<ClaimsPrincipal?> BeginAsync(string token = Token) => Sessions.BeginWithTokenAsync(token, null, CancellationToken.None);

    private Task<ClaimsPrincipal?> BeginAliceAsync() => Sessions.BeginWithPasswordAsync("Alice", Password, null, CancellationToken.None);

    private ValueTask<AccessSubject> IdentifyAsync(ClaimsPrincipal user) => Sessions.IdentifyAsync(user, CancellationToken.None);

    private async Task CreateAliceAsync(bool isTemporary, bool isAdmin = false)
    {
        Assert.True(NewPassword.TryCreate(Password, Alice, out var password, out _));
        Assert.Equal(
            UserChange.Done, await Users.CreateAsync(Alice, password, isTemporary, isAdmin, Principal.Admin, CancellationToken.None));
    }

    /// <summary>The sessions as another process with the same database sees them, without anything in memory.</summary>
    private async Task<Sessions> ReplicaAsync(string token)
    {
        var databases = Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>();
        var changes = new AccessChanges();
        var subjects = new Subjects(databases, Services.GetRequiredService<NamespaceDirectory>(), changes, Time);
        var options = Services.GetRequiredService<MirrorOptions>();
        var adminToken = new AdminToken(
            options with { Auth = options.Auth with { AdminToken = token } }, Services.GetRequiredService<InstanceSettings>());
        await adminToken.PrepareAsync(CancellationToken.None);
        return new Sessions(new UserSessions(databases, subjects, changes, Time), Services.GetRequiredService<Passwords>(), adminToken);
    }
}
