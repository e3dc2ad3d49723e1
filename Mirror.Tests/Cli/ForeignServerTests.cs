using System.Text;
using Mirror.Tests.Http;
using static Mirror.Tests.Cli.ForeignServer;

namespace Mirror.Tests.Cli;

/// <summary>Commands whose URL leads to something else than Mirror: they fail with one line, and without a stack trace.</summary>
public sealed class ForeignServerTests(ApiServer fixture) : IClassFixture<ApiServer>
{
    private static readonly string[] Commands =
        ["list-versions", "get-version a/b 1.0.0", "sync a/b", "verify", "status", "audit", "key list", "settings", "user list", "export x.tar"];

    private static readonly Dictionary<string, (string Response, string Expected)> Responses = new()
    {
        ["an empty object"] = (Document("{}"), "did not return a valid Mirror response"),
        ["null"] = (Document("null"), "did not return a valid Mirror response"),
        ["an incomplete document"] = (Document("""{"items":null,"total":1}"""), "did not return a valid Mirror response"),
        ["deep nesting"] = (Document(new string('[', 100_000)), "did not return a valid Mirror response"),
        ["a page"] = (Document("<html></html>", "text/html"), "did not return a valid Mirror response"),
        ["an incomplete event"] = (Document("data: {}\n\n", "text/event-stream"), "did not return a valid Mirror response"),
        ["a redirect"] = ("HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n", "returned 302 Found. Check that"),
        ["no reason phrase"] = ("HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", "returned 500. Check that"),
        ["an invalid problem"] = (Document("[]", "application/problem+json", "404 Not Found"), "did not return a valid Mirror response"),
        ["half a response"] = ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\n{", "The response ended prematurely"),
        ["another protocol"] = ("SSH-2.0-\u0000\u001b[31m\r\n", "did not return a valid response: Received an invalid status line: 'SSH-2.0-\uFFFD\uFFFD[31m'"),
    };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string response in Responses.Keys)
        {
            foreach (string command in Commands)
            {
                cases.Add(response, command);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Command_ForeignResponse_FailsWithOneLine(string response, string command)
    {
        var (bytes, expected) = Responses[response];
        await using var server = Sending(bytes);

        var run = await CommandLine.RunAsync([.. command.Split(' '), "--url", server.Url]);

        Assert.Equal(1, run.ExitCode);
        string last = run.Error.TrimEnd().Split('\n')[^1];
        Assert.Contains(expected, last, StringComparison.Ordinal);
        // A query is of no interest to a user.
        Assert.DoesNotContain("?", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ProblemWithControlCharacters_DoesNotControlTheTerminal()
    {
        string problem = """{"title":"\u001b[31mNo","detail":"such\u0007thing\u009b1m"}""";
        await using var server = Sending(Document(problem, "application/problem+json", "404 Not Found"));

        var run = await CommandLine.RunAsync("list-versions", "--url", server.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"\uFFFD[31mNo: such\uFFFDthing\uFFFD1m{Environment.NewLine}", run.Error);
    }

    [Fact]
    public async Task Command_EndlessResponse_EndsAtALimit()
    {
        byte[] digits = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0,", 1 << 16)));
        await using var server = new ForeignServer(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n["), stop);
            while (true)
            {
                await stream.WriteAsync(digits, stop);
            }
        });

        var run = await CommandLine.RunAsync("list-versions", "--url", server.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"{server.Url} sent a response of more than 64 MB.{Environment.NewLine}", run.Error);
    }

    /// <summary>A server of another protocol than that of the URL has no certificate to trust.</summary>
    [Theory]
    [InlineData(true, "expects http there")]
    [InlineData(false, "expects https there")]
    public async Task Command_OtherProtocolThanThePort_NamesIt(bool isHttps, string expected)
    {
        var url = isHttps ? fixture.Server.Url : fixture.Server.HttpsUrl;
        string mistaken = $"{(isHttps ? "https" : "http")}://localhost:{url.Port}/";

        var run = await CommandLine.RunAsync("list-versions", "--url", mistaken);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{mistaken} did not return a valid response: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"{expected}.{Environment.NewLine}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_UnknownAuthority_IsNamedAsTheReason()
    {
        var run = await CommandLine.RunAsync("list-versions", "--url", fixture.Server.HttpsUrl.ToString());

        Assert.StartsWith(
            $"{fixture.Server.HttpsUrl} cannot be trusted: its certificate authority is unknown. Set SSL_CERT_FILE",
            run.Error,
            StringComparison.Ordinal);
    }

    /// <summary>The administrator must not read how to send a header.</summary>
    [Fact]
    public async Task Command_TokenThatIsNotAccepted_SaysWhichToCheck()
    {
        string url = fixture.Server.Url.ToString();

        var wrong = await CommandLine.RunAsync("list-versions", "--url", url, "--token", "wrong");
        var missing = await CommandLine.RunAsync("user", "list", "--url", url);

        Assert.Equal((1, $"{url} does not accept the token. Check the value of --token.\n"), (wrong.ExitCode, wrong.Error));
        Assert.Equal(1, missing.ExitCode);
        Assert.StartsWith($"{url} requires a token. Log in with 'mirror login {url}'", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The value is empty")]
    [InlineData("two words", "contains spaces, line breaks")]
    [InlineData("line\nbreak", "contains spaces, line breaks")]
    [InlineData("tökén", "other characters that are not valid in a token")]
    public async Task Command_MalformedToken_IsBadUsageThatDoesNotShowIt(string token, string expected)
    {
        string url = fixture.Server.Url.ToString();
        var environment = CommandLine.NoEnvironment with { Variables = new Dictionary<string, string> { ["MIRROR_TOKEN"] = token } };

        var option = await CommandLine.RunAsync("list-versions", "--url", url, "--token", token);
        var variable = await CommandLine.RunAsync(environment, "list-versions", "--url", url);

        Assert.Equal((2, ""), (option.ExitCode, option.Output));
        Assert.Contains("--token: ", option.Error, StringComparison.Ordinal);
        Assert.Contains(expected, option.Error, StringComparison.Ordinal);
        if (token.Length > 0)
        {
            // An empty variable counts as none.
            Assert.Equal((2, ""), (variable.ExitCode, variable.Output));
            Assert.StartsWith("MIRROR_TOKEN: ", variable.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(token, option.Error + variable.Error, StringComparison.Ordinal);
        }
    }
}
