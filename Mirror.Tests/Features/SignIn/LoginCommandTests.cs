using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;
using Mirror.Web.Cli;
using Mirror.Web.Features.SignIn.Commands;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.SignIn;

/// <summary><c>mirror login</c>, and the commands that use what it stored.</summary>
public sealed partial class LoginCommandTests : IAsyncLifetime, IDisposable
{
    private readonly UserHome _home = new();

    private MirrorServer Server { get; set; } = null!;

    public async Task InitializeAsync() => Server = await MirrorServer.StartAsync(
        options => options with { Auth = options.Auth with { AnonymousRead = false } });

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Login_TokenFromStandardInput_IsUsedByCommandsWithoutOptions()
    {
        var before = await CommandLine.RunAsync(_home.Environment(), "list-versions", "default", "--url", Url);
        var login = await LoginAsync(Server.AdminToken + "\n");
        var list = await CommandLine.RunAsync(_home.Environment(), "list-versions", "default");
        var status = await CommandLine.RunAsync(_home.Environment(), "status", "--json");

        Assert.Equal((1, 0, 0, 0), (before.ExitCode, login.ExitCode, list.ExitCode, status.ExitCode));
        Assert.Equal("", login.Error + list.Error + status.Error);
        Assert.StartsWith($"Logged in to {Url} as admin. The profile '{Server.HttpsUrl.Authority}'", login.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.AdminToken, login.Output + status.Output, StringComparison.Ordinal);
        Assert.Equal("currentProfile", (string)status.Json["source"]!);
        Assert.Equal("profile", (string)status.Json["tokenSource"]!);
        Assert.True((bool)status.Json["account"]!["admin"]!);
    }

    [Fact]
    public async Task Login_Json_HasNoToken()
    {
        var login = await LoginAsync(Server.AdminToken, "--profile", "prod", "--json");

        Assert.Equal(
            ["url", "profile", "path", "kind", "name"], login.Json.AsObject().Select(member => member.Key));
        Assert.Equal(("prod", "admin"), ((string)login.Json["profile"]!, (string)login.Json["kind"]!));
        Assert.Equal(Server.AdminToken, _home.Store.Read().Profiles["prod"].Token);
        Assert.Equal(Server.Host.AuthorityPath, _home.Store.Read().Profiles["prod"].AuthorityPath);
    }

    [Theory]
    [InlineData("mirror_invalid", "does not accept the token; nothing was stored")]
    [InlineData("", "Standard input contains no token")]
    [InlineData("two words", "The token on standard input is not valid")]
    public async Task Login_InvalidToken_StoresNothing(string token, string expected)
    {
        var login = await LoginAsync(token);

        Assert.Equal((1, ""), (login.ExitCode, login.Output));
        Assert.Contains(expected, login.Error, StringComparison.Ordinal);
        Assert.Empty(_home.Store.Read().Profiles);
        if (token.Length > 0)
        {
            Assert.DoesNotContain(token, login.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Login_EndlessInput_EndsAtALimit()
    {
        using var endless = new EndlessReader();

        var login = await CommandLine.RunAsync(_home.Environment() with { Input = endless }, "login", Url, "--token-stdin");

        Assert.Equal(
            (1, $"The first line of standard input has more than 16384 characters.{Environment.NewLine}"), (login.ExitCode, login.Error));
    }

    [Fact]
    public async Task Login_UntrustedCertificate_SaysHowToTrustIt()
    {
        var login = await CommandLine.RunAsync(Input(Server.AdminToken), "login", Url, "--token-stdin");

        Assert.Equal(1, login.ExitCode);
        Assert.Contains("--authority <file>", login.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "is not encrypted", "login", "http://mirror.example.com", "--token-stdin")]
    [InlineData(2, "--authority: '/no/such/file' does not exist", "login", "mirror.example.com", "--authority", "/no/such/file")]
    [InlineData(2, "'ftp://x' is not a server's URL", "login", "ftp://x")]
    [InlineData(2, "'a b' is not the name of a profile", "login", "mirror.example.com", "--profile", "a b")]
    [InlineData(1, "There is no profile 'prod'", "login", "--profile", "prod")]
    [InlineData(1, "There is no profile 'prod'", "profile", "use", "prod")]
    [InlineData(1, "There is no profile 'prod'", "logout", "--profile", "prod")]
    [InlineData(1, "There is no current profile", "logout")]
    public async Task Command_ThatCannotBeDone_SaysWhy(int code, string expected, params string[] args)
    {
        var result = await CommandLine.RunAsync(Input(Server.AdminToken), args);

        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_NoHome_SaysWhatToSetBeforeItAsksForAToken()
    {
        var login = await CommandLine.RunAsync(_home.Environment() with { UserDirectory = null }, "login", Url);

        Assert.Equal(1, login.ExitCode);
        Assert.Contains("set HOME or XDG_CONFIG_HOME", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_Again_RenewsTheProfileOfTheServer()
    {
        await LoginAsync(Server.AdminToken, "--profile", "prod");
        string token = await CreateTokenAsync();

        var again = await CommandLine.RunAsync(Input(token), "login", "--token-stdin");
        var status = await CommandLine.RunAsync(_home.Environment(), "status", "--json");

        Assert.Equal(0, again.ExitCode);
        Assert.Equal(["prod"], _home.Store.Read().Profiles.Keys);
        Assert.Equal("viewer", (string)status.Json["account"]!["roles"]![0]!["role"]!);
    }

    [Fact]
    public async Task Login_VariablesThatOverrideIt_AreReported()
    {
        var environment = Input(Server.AdminToken) with
        {
            Variables = new Dictionary<string, string> { ["MIRROR_TOKEN"] = "another" },
        };

        var login = await CommandLine.RunAsync(
            environment, "login", Url, "--token-stdin", "--authority", Server.Host.AuthorityPath!);

        Assert.Equal(0, login.ExitCode);
        Assert.Contains("MIRROR_TOKEN", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_ListedUsedAndDeleted()
    {
        await LoginAsync(Server.AdminToken, "--profile", "prod");
        _home.WithProfile("other", "https://other.example.com", "token-of-other");

        var list = await CommandLine.RunAsync(_home.Environment(), "profile", "list");
        var use = await CommandLine.RunAsync(_home.Environment(), "profile", "use", "other");
        var json = await CommandLine.RunAsync(_home.Environment(), "profile", "list", "--json");
        var logout = await CommandLine.RunAsync(_home.Environment(), "logout");

        Assert.Equal(["CURRENT", "NAME", "URL", "AUTHORITY"], Words(list.Output.Split('\n')[0]));
        Assert.Equal(["other", "https://other.example.com/", "-"], Words(list.Output.Split('\n')[1]));
        Assert.Equal(["*", "prod", Url, Server.Host.AuthorityPath!], Words(list.Output.Split('\n')[2]));
        Assert.Equal("The current profile is 'other': https://other.example.com/\n", use.Output);
        Assert.StartsWith(
            """{"current":"other","items":[{"name":"other","url":"https://other.example.com/","authorityPath":null},{"name":"prod",""",
            json.Json.ToJsonString(),
            StringComparison.Ordinal);
        Assert.Contains("Logged out of https://other.example.com/: deleted the profile 'other'", logout.Output, StringComparison.Ordinal);
        Assert.Equal((null, "prod"), (_home.Store.Read().Current, Assert.Single(_home.Store.Read().Profiles.Keys)));
        Assert.DoesNotContain("token-of-other", list.Output + json.Output + logout.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_AllowedInTheBrowser_StoresATokenOfTheUser()
    {
        using var browser = await SignInAsync();
        var opened = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var login = LoginInBrowserAsync(opened);

        using var page = await AnswerAsync(browser, await opened.Task, "allow");
        var result = await login;

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("You are logged in", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains((await opened.Task).AbsoluteUri, result.Error, StringComparison.Ordinal);
        Assert.StartsWith($"Logged in to {Url} as alice.", result.Output, StringComparison.Ordinal);
        var tokens = await CommandLine.RunAsync(_home.Environment(), "token", "list", "--json");
        Assert.Equal("mirror login", (string)tokens.Json["items"]![0]!["name"]!);
    }

    [Fact]
    public async Task Login_DeniedInTheBrowser_StoresNothing()
    {
        using var browser = await SignInAsync();
        var opened = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var login = LoginInBrowserAsync(opened);

        using var page = await AnswerAsync(browser, await opened.Task, "deny");
        var result = await login;

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("Access was denied in the browser.", result.Error, StringComparison.Ordinal);
        Assert.Empty(_home.Store.Read().Profiles);
    }

    [Fact]
    public async Task Login_ServerThatIsNoMirror_DoesNotOpenABrowser()
    {
        await using var origin = Origin.FakeOrigin.Start();
        var environment = _home.Environment() with { OpenBrowser = _ => Assert.Fail("The browser was opened.") };

        var login = await CommandLine.RunAsync(environment, "login", origin.Url);

        Assert.Equal(1, login.ExitCode);
        Assert.Contains("is not a mirror", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receiver_RequestWithoutItsState_IsIgnored()
    {
        await using var receiver = await LoopbackReceiver.StartAsync("state-1", CancellationToken.None);
        using var client = new HttpClient();

        using var other = await client.GetAsync($"{receiver.RedirectUri}?code=forged&state=state-2");
        using var none = await client.GetAsync($"{receiver.RedirectUri}?error=access_denied");
        using var elsewhere = await client.GetAsync(receiver.RedirectUri.Replace("/login", "/?code=forged&state=state-1", StringComparison.Ordinal));
        Assert.False(receiver.Code.IsCompleted);
        using var right = await client.GetAsync($"{receiver.RedirectUri}?code=real&state=state-1");

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK),
            (other.StatusCode, none.StatusCode, elsewhere.StatusCode, right.StatusCode));
        Assert.Equal("real", await receiver.Code);
    }

    [Fact]
    public async Task Receiver_PortInUse_TakesAnother()
    {
        await using var first = await LoopbackReceiver.StartAsync("a", CancellationToken.None);
        await using var second = await LoopbackReceiver.StartAsync("b", CancellationToken.None);

        Assert.NotEqual(first.RedirectUri, second.RedirectUri);
        Assert.All(
            [first, second],
            receiver => Assert.InRange(new Uri(receiver.RedirectUri).Port, LoginRequest.FirstPort, LoginRequest.LastPort));
    }

    private string Url => Server.HttpsUrl.ToString();

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private CommandEnvironment Input(string token) => _home.Environment() with { Input = new StringReader(token) };

    private Task<CommandResult> LoginAsync(string token, params string[] options) => CommandLine.RunAsync(
        Input(token), ["login", Url, "--token-stdin", "--authority", Server.Host.AuthorityPath!, .. options]);

    private Task<CommandResult> LoginInBrowserAsync(TaskCompletionSource<Uri> opened) => CommandLine.RunAsync(
        _home.Environment() with { OpenBrowser = opened.SetResult }, "login", Url, "--authority", Server.Host.AuthorityPath!);

    private async Task<PlainBrowser> SignInAsync()
    {
        var alice = UserName.Parse("alice");
        Assert.True(NewPassword.TryCreate("wonderland is big", alice, out var password, out _));
        await Server.Services.GetRequiredService<Users>().CreateAsync(
            alice, password, false, false, Core.Database.Principal.Admin, CancellationToken.None);
        var browser = new PlainBrowser(Server.Url);
        using var signedIn = await browser.PostFormAsync(
            "/sign-in", "sign-in-user", ("UserName", "alice"), ("Password", "wonderland is big"));
        return browser;
    }

    /// <summary>Answers the consent page, and follows the browser to the address that the page leads to.</summary>
    private static async Task<HttpResponseMessage> AnswerAsync(PlainBrowser browser, Uri page, string answer)
    {
        Assert.Contains("Allow the mirror command to use your account?", await browser.GetAsync(page.PathAndQuery), StringComparison.Ordinal);
        using var consent = await browser.PostFormAsync(page.PathAndQuery, "terraform-login/consent", ("answer", answer));
        var back = Back().Match(WebUtility.HtmlDecode(await consent.Content.ReadAsStringAsync()));
        using var client = new HttpClient();
        return await client.GetAsync(back.Groups[1].Value);
    }

    private async Task<string> CreateTokenAsync()
    {
        var created = await CommandLine.RunAsync(
            Server, "token", "create", "--group-path", "default", "--role", "viewer", "--json");
        return (string)created.Json["token"]!;
    }

    [GeneratedRegex("""url=(http://localhost:100[^"]+)""")]
    private static partial Regex Back();

    private sealed class EndlessReader : TextReader
    {
        public override int Read() => 'a';
    }
}
