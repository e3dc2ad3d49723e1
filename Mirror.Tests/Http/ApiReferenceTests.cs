using System.Net;
using System.Text.RegularExpressions;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Http;

public sealed partial class ApiReferenceTests
{
    [Fact]
    public async Task Page_OfTheApi_TakesEverythingFromThisInstance()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });

        using var answer = await server.Client.GetAsync("/scalar/");
        string html = await answer.Content.ReadAsStringAsync();

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain("//cdn", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        foreach (Match script in Script().Matches(html))
        {
            using var file = await server.Client.GetAsync("/scalar/" + script.Groups[1].Value);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }
    }

    [Fact]
    public async Task Policy_OfThePage_HasAFreshNonceAndNoOtherHost()
    {
        await using var server = await MirrorServer.StartAsync();

        var (first, html) = await GetAsync(server);
        var (second, _) = await GetAsync(server);

        string nonce = Nonce().Match(first).Groups[1].Value;
        Assert.Contains($"script-src 'self' 'nonce-{nonce}';", first, StringComparison.Ordinal);
        Assert.Contains($"<meta property=\"csp-nonce\" content=\"{nonce}\" />", html, StringComparison.Ordinal);
        Assert.Contains($"nonce=\"{nonce}\"", html, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
        Assert.DoesNotContain("http", first, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src-attr", first, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", first, StringComparison.Ordinal);
    }

    private static async Task<(string Policy, string Html)> GetAsync(MirrorServer server)
    {
        using var answer = await server.Client.GetAsync("/scalar/");
        return (answer.Headers.GetValues("Content-Security-Policy").Single(), await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Script();

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
