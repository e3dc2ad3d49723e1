using System.Net;
using System.Text.RegularExpressions;

namespace Mirror.Tests.Ui;

/// <summary>A browser without scripts. It keeps cookies, and posts the forms of pages with their hidden fields.</summary>
internal sealed partial class PlainBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;

    public PlainBrowser(Uri server) =>
        _client = new HttpClient(
            new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false, UseProxy = false })
        { BaseAddress = server };

    /// <summary>Sent with every request, as a proxy adds them.</summary>
    public System.Net.Http.Headers.HttpRequestHeaders Headers => _client.DefaultRequestHeaders;

    public Task<string> GetAsync(string url) => _client.GetStringAsync(new Uri(url, UriKind.Relative));

    /// <summary>Returns any response, including errors.</summary>
    public Task<HttpResponseMessage> SendAsync(string url) => _client.GetAsync(new Uri(url, UriKind.Relative));

    public async Task<HttpResponseMessage> SendAsync(string url, HttpMethod method, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        return await _client.SendAsync(request);
    }

    public IReadOnlyList<string> CookieNames => [.. _cookies.GetAllCookies().Select(cookie => cookie.Name)];

    public string Cookie(string name) => _cookies.GetCookies(_client.BaseAddress!)[name]!.Value;

    /// <summary>Opens a page and posts one of its forms.</summary>
    /// <param name="form">The handler of the form, or the address to which it posts.</param>
    public async Task<HttpResponseMessage> PostFormAsync(string page, string form, params (string Name, string Value)[] fields)
    {
        string html = await GetAsync(page);
        var found = Form().Matches(html).Single(match => match.Value.Contains($"\"{form}\"", StringComparison.Ordinal));
        string? action = Action().Match(found.Value) is { Success: true } match
            ? Base().Match(html).Groups[1].Value + match.Groups[1].Value
            : null;
        var hidden = HiddenField()
            .Matches(found.Value)
            .Select(field => (field.Groups[1].Value, WebUtility.HtmlDecode(field.Groups[2].Value)));
        using var content = new FormUrlEncodedContent(hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return await _client.PostAsync(new Uri(action ?? page, UriKind.Relative), content);
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<base href=\"([^\"]*)\"")]
    private static partial Regex Base();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<form[^>]* action=\"([^\"/][^\"]*)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}
