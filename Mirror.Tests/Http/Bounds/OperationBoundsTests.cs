using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

/// <summary>
/// Every operation of the OpenAPI document, with values that are too long, too many or malformed. New operations are included
/// automatically.
/// </summary>
[Collection(MeasuredTests.Name)]
public sealed class OperationBoundsTests(MeasuredServer measured)
{
    private static readonly string Words = string.Join('+', Enumerable.Repeat("a", 3500));
    private static readonly string DifferentWords = string.Join(
        '+', Enumerable.Range(0, 1400).Select(i => i.ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>Percent-encoded.</summary>
    private static readonly string[] Malformed =
    [
        "", "%00", "%FF%FE", "%ED%A0%80", "%0D%0A", "%27%22%3E%3C", "..%2F..", "nand", "-1", "0", "1e9", "99999999999999999999",
        "9223372036854775807", "maybe",
        "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "36500d", "%25%5F%5C",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parameters_TooLongTooManyOrMalformed_AreRejectedCheaply(bool isAdmin)
    {
        var client = isAdmin ? measured.AdminClient : measured.Server.Client;
        var faults = new List<string>();
        foreach (var operation in await ApiOperation.ReadAsync(measured.Server.Client))
        {
            await SendAsync(
                faults,
                client,
                operation,
                "too many parameters",
                operation.Address() + "?" + string.Join('&', Enumerable.Repeat("a=1", 1500)),
                null,
                MustRefuse);
            foreach (var parameter in operation.Parameters)
            {
                bool isText = ApiSchema.Is(parameter.Schema, "string") && parameter.Schema["format"] is null;
                var tooLong = isText && parameter.In == "query" ? MustRefuse : (Func<HttpResponseMessage, string, string?>?)null;
                int length = Math.Min(ApiSchema.Bound(parameter.Schema, "maxLength") ?? 7000, 7000);
                await SendAsync(
                    faults,
                    client,
                    operation,
                    $"{parameter.Name} too long",
                    operation.Address(parameter, new string('a', length + 1)),
                    tooLong is null ? null : parameter.Name,
                    tooLong);
                await SendAsync(
                    faults,
                    client,
                    operation,
                    $"{parameter.Name} much too long",
                    operation.Address(parameter, new string('a', 6500)),
                    tooLong is null ? null : parameter.Name,
                    tooLong);
                await SendAsync(
                    faults, client, operation, $"{parameter.Name} of many words", operation.Address(parameter, Words), null, tooLong);
                await SendAsync(
                    faults,
                    client,
                    operation,
                    $"{parameter.Name} of many different words",
                    operation.Address(parameter, DifferentWords),
                    null,
                    tooLong);
                await SendAsync(
                    faults,
                    client,
                    operation,
                    $"{parameter.Name} of as many words as its length allows",
                    operation.Address(parameter, DifferentWords[..Math.Min(length, 190)]),
                    null,
                    null);
                foreach (string value in Malformed)
                {
                    await SendAsync(
                        faults, client, operation, $"{parameter.Name}={value}", operation.Address(parameter, value), null, null);
                }

                if (ApiSchema.Bound(parameter.Schema, "maximum") is { } most && most < int.MaxValue && isAdmin)
                {
                    await SendAsync(
                        faults,
                        client,
                        operation,
                        $"{parameter.Name} too large",
                        operation.Address(parameter, $"{most + 1}"),
                        parameter.Name,
                        MustRefuse);
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Bodies_TooLongTooManyOrMalformed_AreRejectedByNameCheaply()
    {
        var faults = new List<string>();
        foreach (var operation in (await ApiOperation.ReadAsync(measured.Server.Client)).Where(operation => operation.Body is not null))
        {
            foreach (var attack in BodyAttacks.Of(operation))
            {
                await SendAsync(
                    faults,
                    measured.AdminClient,
                    operation,
                    attack.What,
                    operation.Address(),
                    attack.Named,
                    attack.Named is null ? null : MustRefuse,
                    attack.Body);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>
    /// Applies to operations without a body too. If the length is known, the request is rejected before the body is sent, otherwise once
    /// the limit is exceeded.
    /// </summary>
    [Fact]
    public async Task Bodies_TooLarge_AreRejected()
    {
        byte[] large = Blank(20 << 20), rather = Blank(72 << 10);
        var faults = new List<string>();
        // Imported and published packages can be larger, and deliveries to webhooks: see WebhookTests.
        foreach (var operation in (await ApiOperation.ReadAsync(measured.Server.Client)).Where(operation =>
            operation.Method != "GET"
            && !operation.Path.EndsWith("/package", StringComparison.Ordinal)
            && !operation.Path.StartsWith("/api/v1/hooks/", StringComparison.Ordinal)
            && !(operation.Method == "POST" && operation.Path.EndsWith("/versions/{version}", StringComparison.Ordinal))))
        {
            foreach (bool isChunked in new[] { false, true })
            {
                string? fault = await measured.FindFaultAsync(
                    0,
                    () => SendLargeAsync(operation, isChunked ? rather : large, isChunked),
                    answer => Task.FromResult(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge
                    || isChunked
                        && (operation.Body is null
                            || answer.StatusCode == HttpStatusCode.BadRequest) ? null : $"{(int)answer.StatusCode}"));
                if (fault is not null)
                {
                    faults.Add($"{operation}, chunked: {isChunked}: {fault}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static byte[] Blank(int length)
    {
        byte[] blank = new byte[length];
        Array.Fill(blank, (byte)' ');
        return blank;
    }

    private async Task<HttpResponseMessage> SendLargeAsync(ApiOperation operation, byte[] large, bool isChunked)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(operation.Method), operation.Address())
        { Content = new ByteArrayContent(large) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = isChunked;
        return await measured.AdminClient.SendAsync(request);
    }

    private static string? MustRefuse(HttpResponseMessage answer, string detail) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge ? null : $"{(int)answer.StatusCode}";

    private async Task SendAsync(
        List<string> faults,
        HttpClient client,
        ApiOperation operation,
        string what,
        string address,
        string? named,
        Func<HttpResponseMessage, string, string?>? judge,
        string? body = null)
    {
        string? fault = await measured.FindFaultAsync(
            address.Length + (body?.Length ?? 0),
            async () =>
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), address);
                request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
                return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            },
            async answer =>
            {
                if ((int)answer.StatusCode < 400 || judge is null)
                {
                    return judge?.Invoke(answer, "");
                }

                string text = await answer.Content.ReadAsStringAsync();
                string detail = answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
                    ? (string?)JsonNode.Parse(text)?["detail"] ?? ""
                    : "";
                return judge(answer, detail)
                    ?? (named is not null && !detail.Contains(named, StringComparison.Ordinal) ? $"does not name {named}: {detail}" : null);
            });
        if (fault is not null)
        {
            faults.Add($"{operation}, {what}: {fault}");
        }
    }
}
