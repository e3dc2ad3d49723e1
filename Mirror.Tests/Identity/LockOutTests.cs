using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Identity;

/// <summary>Protection against password guessing.</summary>
public sealed class LockOutTests : UiFixture
{
    private const string Right = "wonderland is big";

    private Passwords Passwords => Services.GetRequiredService<Passwords>();

    [Fact]
    public async Task Check_AfterFiveWrongPasswords_RejectsTheRightOneUntilTheLockEnds()
    {
        await CreateAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(await CheckAsync("wrong password"));
        }

        Assert.Null(await CheckAsync(Right));
        Time.Advance(TimeSpan.FromMinutes(15));
        Assert.NotNull(await CheckAsync(Right));
        Assert.Equal(
            ["wrong password", "wrong password", "wrong password", "wrong password", "wrong password", "locked after wrong passwords"],
            await RefusalsAsync());
    }

    [Fact]
    public async Task Check_AfterTheClockWasSetBackDuringALock_WaitsAtMostTheLockDuration()
    {
        await CreateAsync();
        for (int i = 0; i < 5; i++)
        {
            await CheckAsync("wrong password");
        }

        Time.SetWallClock(Time.GetUtcNow().AddHours(-1));
        Time.Advance(TimeSpan.FromMinutes(15));

        Assert.NotNull(await CheckAsync(Right));
    }

    [Fact]
    public async Task Check_SuccessAfterFourWrongPasswords_ResetsTheCount()
    {
        await CreateAsync();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                Assert.Null(await CheckAsync("wrong password"));
            }

            Assert.NotNull(await CheckAsync(Right));
        }
    }

    [Fact]
    public async Task Check_ConcurrentGuesses_TriesAtMostFive()
    {
        await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => CheckAsync("wrong password"))));

        Assert.Equal(5, (await RefusalsAsync()).Count(detail => detail == "wrong password"));
    }

    [Fact]
    public async Task Reset_OfALockedAccount_EndsTheLock()
    {
        await CreateAsync();
        for (int i = 0; i < 5; i++)
        {
            await CheckAsync("wrong password");
        }

        Assert.True(NewPassword.TryCreate("through the looking glass", UserName.Parse("alice"), out var password, out _));
        await Services.GetRequiredService<Users>().ResetPasswordAsync(
            UserName.Parse("alice"), password, revokeTokens: false, Principal.Admin, CancellationToken.None);

        Assert.NotNull(await CheckAsync("through the looking glass"));
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("correct horse battery staple")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Check_OfAnUnknownName_DoesNotRecordTheInput(string? name)
    {
        Assert.Null(await Passwords.CheckAsync(name, Right, "192.0.2.7", CancellationToken.None));

        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var row = await db.Audit.SingleAsync();
        Assert.Equal((null, "no such user", "192.0.2.7"), (row.Target, row.Detail, row.RemoteAddress));
    }

    private async Task CreateAsync()
    {
        Assert.True(NewPassword.TryCreate(Right, UserName.Parse("alice"), out var password, out _));
        await Services.GetRequiredService<Users>().CreateAsync(
            UserName.Parse("alice"), password, false, false, Principal.Admin, CancellationToken.None);
    }

    private Task<AccessSubject?> CheckAsync(string password) => Passwords.CheckAsync("alice", password, null, CancellationToken.None);

    private async Task<List<string?>> RefusalsAsync()
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        return await db.Audit.Where(row => row.Action == "user.sign-in" && !row.Succeeded)
            .OrderBy(row => row.Id)
            .Select(row => row.Detail)
            .ToListAsync();
    }
}
