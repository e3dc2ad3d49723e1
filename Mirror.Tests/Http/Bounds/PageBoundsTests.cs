using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Web.Ui;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

/// <summary>
/// Every page and every other address of the server, with values that are too long, too many or malformed. New ones are included
/// automatically.
/// </summary>
[Collection(MeasuredTests.Name)]
public sealed partial class PageBoundsTests(MeasuredServer measured)
{
    /// <summary>Percent-encoded values, including as many different words as the length of a search allows, and more.</summary>
    private static readonly string[] Values =
    [
        new('a', 7000), string.Join('+', Enumerable.Repeat("a", 3500)), string.Join(
            '+', Enumerable.Range(0, 1400).Select(i => i.ToString("x", CultureInfo.InvariantCulture))),
        string.Join('+', Enumerable.Range(16, 60).Select(i => i.ToString("x", CultureInfo.InvariantCulture))),
        "", "%00", "%FF%FE", "%0D%0A", "%27%22%3E%3C", "-1", "99999999999999999999", "2147483647", "9223372036854775807", "nand",
        "%25%5F%5C",
    ];

    private IEnumerable<RouteEndpoint> Endpoints =>
        measured.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Route, Type Page)> Pages =>
        (from endpoint in Endpoints
         let page = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type
         where page is not null
         select (endpoint.RoutePattern.RawText!, page))
        .Concat(GroupPages.All.Select(page => ($"/groups/{{Group}}/-/{page.GetCustomAttribute<GroupPageAttribute>()!.Template}", page)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_WithParametersTooLongTooManyOrMalformed_RespondCheaply(bool isSignedIn)
    {
        var faults = new List<string>();
        int pages = 0;
        foreach (var (route, page) in Pages)
        {
            pages++;
            string usual = Address(route, null, "");
            await GetAsync(faults, isSignedIn, usual, null);
            await GetAsync(faults, isSignedIn, usual + "?" + string.Join('&', Enumerable.Repeat("a=1", 1500)), HttpStatusCode.BadRequest);
            foreach (string name in QueryOf(page).Append("no-such-parameter"))
            {
                foreach (string value in Values)
                {
                    await GetAsync(faults, isSignedIn, $"{usual}?{name}={value}", value.Length > 5000 ? HttpStatusCode.BadRequest : null);
                }
            }

            foreach (string part in Parameter().Matches(route).Select(match => match.Groups[1].Value))
            {
                foreach (string value in Values.Where(value => value.Length > 0))
                {
                    await GetAsync(faults, isSignedIn, Address(route, part, value), null);
                }
            }
        }

        Assert.True(pages > 20);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task OtherAddresses_WithParametersTooLongTooManyOrMalformed_RespondCheaply()
    {
        var faults = new List<string>();
        foreach (var endpoint in Endpoints.Where(endpoint =>
            endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null
                && !endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal)))
        {
            string usual = Address(endpoint, null, "");
            await GetAsync(faults, false, usual + "?" + string.Join('&', Enumerable.Repeat("a=1", 1500)), HttpStatusCode.BadRequest);
            await GetAsync(faults, false, usual + "?signature=" + new string('a', 6000), HttpStatusCode.BadRequest);
            foreach (string value in Values.Where(value => value.Length > 0))
            {
                await GetAsync(
                    faults,
                    false,
                    $"{usual}?code={value}&state={value[..Math.Min(value.Length, 900)]}",
                    value.Length > 5000 ? HttpStatusCode.BadRequest : null);
                foreach (string part in Parameter().Matches(endpoint.RoutePattern.RawText!).Select(match => match.Groups[1].Value))
                {
                    await GetAsync(faults, false, Address(endpoint, part, value), null);
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Forms_TooLargeTooManyOrMalformed_AreRejectedCheaply()
    {
        var faults = new List<string>();
        var addresses = Pages.Where(page =>
            page.Page.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(
                property => property.GetCustomAttribute<SupplyParameterFromFormAttribute>() is not null))
            .Select(page => Address(page.Route, null, ""))
            .Concat(["/terraform-login/token", "/terraform-login/consent", "/sign-out"]);
        foreach (string address in addresses)
        {
            await PostAsync(faults, address, Form(new string('a', 5000)), HttpStatusCode.BadRequest);
            await PostAsync(
                faults, address, Form(string.Join('&', Enumerable.Range(0, 1000).Select(i => $"f{i}=1"))), HttpStatusCode.BadRequest);
            await PostAsync(faults, address, Form("Password=" + new string('a', 20 << 20)), HttpStatusCode.RequestEntityTooLarge);
            await PostAsync(faults, address, Typed("a=1", "multipart/form-data"), HttpStatusCode.BadRequest);
            await PostAsync(
                faults, address, Typed("a=1", "multipart/form-data; boundary=" + new string('b', 500)), HttpStatusCode.BadRequest);
            await PostAsync(
                faults,
                address,
                Typed(
                    "--b\r\nContent-Disposition: form-data; name=\"" + new string('n', 5000) + "\"\r\n\r\nx\r\n--b--\r\n",
                    "multipart/form-data; boundary=b"),
                HttpStatusCode.BadRequest);
            await PostAsync(
                faults, address, Typed("a=1", "application/x-www-form-urlencoded; charset=utf-7"), HttpStatusCode.UnsupportedMediaType);
            await PostAsync(
                faults, address, Typed("a=1", "application/x-www-form-urlencoded; charset=nonsense"), HttpStatusCode.UnsupportedMediaType);
            await PostAsync(faults, address, Typed("\0\0\0", "nonsense"), null);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("Cookie", "mirror-session=chunks-3")]
    [InlineData("Cookie", "mirror-session=chunks-2147483647; mirror-sessionC1=x")]
    [InlineData("Cookie", "mirror-session=nonsense; .AspNetCore.Antiforgery=nonsense; mirror-recent=%00%FF")]
    [InlineData("Accept", "text/html;q=nonsense,,,;")]
    [InlineData("Accept-Encoding", "gzip;q=2, *;q=-1")]
    [InlineData("If-None-Match", "nonsense")]
    [InlineData("If-Modified-Since", "nonsense")]
    [InlineData("Range", "bytes=9999999999999999999-")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Basic %%%")]
    [InlineData("Origin", "nonsense")]
    [InlineData("Content-Type", "nonsense; charset=")]
    public async Task Headers_Malformed_CauseNoServerError(string name, string value)
    {
        var faults = new List<string>();
        foreach (string address in Endpoints.Select(endpoint =>
            Address(endpoint, null, "")).Where(address => !address.StartsWith("/api/v1", StringComparison.Ordinal)).Distinct())
        {
            string? fault = await measured.FindFaultAsync(
                0,
                () => SendAsync(HttpMethod.Get, address, null, request => request.Headers.TryAddWithoutValidation(name, value)),
                _ => Task.FromResult<string?>(null));
            if (fault is not null)
            {
                faults.Add($"{address}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Json_InAnotherCharset_IsRejected(string type)
    {
        using var content = Typed("{}", type);
        using var answer = await measured.Server.AdminClient.PutAsync("/api/v1/groups/default/policy/minimum-release-age", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private static IEnumerable<string> QueryOf(Type page) =>
        from property in page.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        let query = property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()
        where query is not null
        select query.Name ?? property.Name;

    private static string Address(RouteEndpoint endpoint, string? parameter, string value) =>
        Address(endpoint.RoutePattern.RawText!, parameter, value);

    private static string Address(string route, string? parameter, string value) =>
        "/" + Parameter().Replace(route, match =>
        match.Groups[1].Value == parameter ? value : match.Groups[1].Value.ToLowerInvariant() switch
        {
            "group" => "default",
            "hostname" => "registry.example.com",
            "namespace" => "example",
            "type" => "p1",
            "version" => "1.1.0",
            "id" => "1",
            "file" => "index.json",
            "documentname" => "v1",
            _ => "x",
        }).TrimStart('/');

    private async Task GetAsync(List<string> faults, bool isSignedIn, string address, HttpStatusCode? expected)
    {
        string? fault = await measured.FindFaultAsync(
            address.Length,
            () => isSignedIn
                ? measured.Browser.SendAsync(address)
                : measured.Server.Client.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead),
            answer => Task.FromResult(expected is null || answer.StatusCode == expected ? null : $"{(int)answer.StatusCode}"));
        if (fault is not null)
        {
            faults.Add($"{(address.Length > 150 ? address[..150] + "…" : address)}: {fault}");
        }
    }

    private async Task PostAsync(List<string> faults, string address, ByteArrayContent content, HttpStatusCode? expected)
    {
        using (content)
        {
            byte[] body = await content.ReadAsByteArrayAsync();
            string? fault = await measured.FindFaultAsync(
                Math.Min(body.Length, 1 << 20),
                () => SendAsync(HttpMethod.Post, address, body, request =>
                {
                    request.Headers.ExpectContinue = true;
                    request.Content!.Headers.TryAddWithoutValidation("Content-Type", content.Headers.GetValues("Content-Type").Single());
                }),
                answer => Task.FromResult(expected is null || answer.StatusCode == expected ? null : $"{(int)answer.StatusCode}"));
            if (fault is not null)
            {
                faults.Add($"{address}, {content.Headers.GetValues("Content-Type").Single()[..Math.Min(40, content.Headers.GetValues("Content-Type").Single().Length)]}, {body.Length} bytes: {fault}");
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, byte[]? body, Action<HttpRequestMessage> configure)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : new ByteArrayContent(body) };
        configure(request);
        return await measured.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static ByteArrayContent Form(string text) => Typed(text, "application/x-www-form-urlencoded");

    private static ByteArrayContent Typed(string text, string type)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text));
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    [GeneratedRegex(@"\{\*{0,2}(\w+)(?::\w+)?\??\}")]
    private static partial Regex Parameter();
}
