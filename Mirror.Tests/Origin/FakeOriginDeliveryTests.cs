using System.Globalization;
using Mirror.Tests.Origin.Wire;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>Faults in the delivery of a response: the exact bytes, and how the connection ends.</summary>
public sealed class FakeOriginDeliveryTests : OriginTest
{
    private readonly RawClient _client = new();

    private string Body => System.Text.Encoding.Latin1.GetString(PackageContent);

    [Fact]
    public async Task Reset_OfAConnection_SendsNothing()
    {
        Origin.Misbehave(RequestKind.Package, Fault.Reset());

        var (received, end) = await ExchangeAsync();

        Assert.Equal(("", ConnectionEnd.Reset), (received, end));
        Assert.Equal(RequestOutcome.Broken, await Origin.Requests.Single().Ended);
        Assert.Null(Origin.Requests.Single().Status);
    }

    [Fact]
    public async Task ResetAfter_SomeBytes_SendsTheHeadersAndThoseBytes()
    {
        Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100));

        var (received, end) = await ExchangeAsync();

        var (length, body) = Split(received);
        Assert.Equal((PackageContent.Length, Body[..100], ConnectionEnd.Reset), (length, body, end));
        Assert.Equal(100, Origin.Requests.Single().BodyBytesSent);
    }

    [Fact]
    public async Task Truncate_OfABody_EndsNormallyBeforeTheLength()
    {
        Origin.Misbehave(RequestKind.Package, Fault.Truncate(100));

        var (received, end) = await ExchangeAsync();

        var (length, body) = Split(received);
        Assert.Equal((PackageContent.Length, Body[..100], ConnectionEnd.Finished), (length, body, end));
        Assert.Equal(RequestOutcome.Broken, await Origin.Requests.Single().Ended);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(-50)]
    public async Task WrongLength_OfABody_SendsTheWholeBodyWithAnotherLength(int by)
    {
        Origin.Misbehave(RequestKind.Package, Fault.WrongLength(by));

        var (received, end) = await ExchangeAsync();

        var (length, body) = Split(received);
        Assert.Equal((PackageContent.Length + by, Body, ConnectionEnd.Finished), (length, body, end));
    }

    [Fact]
    public async Task NoLength_OfABody_IsChunked()
    {
        Origin.Misbehave(RequestKind.Package, Fault.NoLength());

        using var response = await GetAsync(PackagePath);

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.False(response.Content.Headers.NonValidated.Contains("Content-Length"));
        Assert.Equal(PackageContent, await response.Content.ReadAsByteArrayAsync());
        await JsonAsync(VersionsPath);
        Assert.Equal(1, Origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Hang_BeforeTheGateOpens_SendsNothing()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Package, Fault.Hang(gate));
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath);
        await gate.WhenReached();
        var answer = _client.ReadAsync(1);
        Assert.False(answer.IsCompleted);
        Assert.Equal((RequestOutcome.Open, null), (Origin.Requests.Single().Outcome, Origin.Requests.Single().Status));

        gate.Open();

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await answer, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Answered, await Origin.Requests.Single().Ended);
    }

    [Fact]
    public async Task HangAfter_SomeBytes_SendsTheRestThroughTheGate()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate));
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath);
        await gate.WhenReached();
        Assert.Equal(100, Origin.Requests.Single().BodyBytesSent);
        string received = await _client.ReadAsync(100);
        while (!received.EndsWith(Body[..100], StringComparison.Ordinal))
        {
            received += await _client.ReadAsync(1);
        }

        gate.Open();

        Assert.Equal(Body[100..], await _client.ReadAsync(Body.Length - 100));
    }

    [Fact]
    public async Task Drip_ThroughTheGate_SendsOnePiecePerPass()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Package, Fault.Drip(100, gate));
        var answer = Client.GetByteArrayAsync(UrlOf(PackagePath));
        var request = await Origin.WhenRequested(RequestKind.Package);

        await gate.WhenReached(1);
        Assert.Equal(0, request.BodyBytesSent);
        gate.Pass(3);
        await gate.WhenReached(4);
        Assert.Equal(300, request.BodyBytesSent);
        gate.Open();

        Assert.Equal(PackageContent, await answer);
    }

    [Fact]
    public async Task EndlessHeader_UntilTheClientDisconnects_Continues()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.EndlessHeader());

        string received = await ReadAndLeaveAsync(VersionsPath, 1_000_000);

        Assert.StartsWith("HTTP/1.1 200 OK\r\nX-Endless: ", received, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n\r\n", received, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Abandoned, await Origin.Requests.Single().Ended);
    }

    [Fact]
    public async Task EndlessBody_UntilTheClientDisconnects_Continues()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.EndlessBody());

        string received = await ReadAndLeaveAsync(VersionsPath, 1_000_000);

        Assert.Contains("\r\nContent-Length: 5368709120\r\n", received, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Abandoned, await Origin.Requests.Single().Ended);
        Assert.InRange(Origin.Requests.Single().BodyBytesSent, 900_000, 100_000_000);
    }

    [Fact]
    public async Task EndlessChunks_UntilTheClientDisconnects_Continue()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.EndlessChunks());

        string received = await ReadAndLeaveAsync(VersionsPath, 1_000_000);

        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", received, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", received, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Abandoned, await Origin.Requests.Single().Ended);
    }

    [Fact]
    public async Task Garbage_AsAResponse_IsNotHttp()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.Garbage());
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(VersionsPath);

        var (received, end) = await _client.ReadToEndAsync();

        Assert.Equal(("SSH-2.0-OpenSSH_9.2\r\n", ConnectionEnd.Finished), (received, end));
    }

    [Fact]
    public async Task Client_DisconnectingAtAGate_EndsOnlyItsRequest()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Package, Fault.Hang(gate));
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath);
        var patient = Client.GetByteArrayAsync(UrlOf(PackagePath));
        await gate.WhenReached(2);
        var impatient = await Origin.WhenRequested(request => request.Headers["Host"] == "origin");

        _client.Dispose();

        Assert.Equal(RequestOutcome.Abandoned, await impatient.Ended);
        gate.Pass();
        Assert.Equal(PackageContent, await patient);
    }

    [Fact]
    public async Task Stop_WithARequestAtAGate_ResetsIt()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Package, Fault.HangAfter(10, gate));
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath);
        await gate.WhenReached();

        await Origin.StopAsync();

        Assert.Equal(ConnectionEnd.Reset, (await _client.ReadToEndAsync()).End);
        Assert.Equal(RequestOutcome.Abandoned, Origin.Requests.Single().Outcome);
    }

    [Fact]
    public async Task Delivery_OfAPart_CountsFromThatPart()
    {
        Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100));
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath, "GET", "Range: bytes=50-");

        var (received, _) = await _client.ReadToEndAsync();

        Assert.Equal(Body[50..150], Split(received).Body);
    }

    protected override void Dispose(bool disposing)
    {
        _client.Dispose();
        base.Dispose(disposing);
    }

    private async Task<(string Received, ConnectionEnd End)> ExchangeAsync()
    {
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(PackagePath);
        return await _client.ReadToEndAsync();
    }

    private async Task<string> ReadAndLeaveAsync(string path, int bytes)
    {
        await _client.ConnectAsync(Origin.Url);
        await _client.GetAsync(path);
        string received = await _client.ReadAsync(bytes);
        _client.Dispose();
        return received;
    }

    private static (int ContentLength, string Body) Split(string received)
    {
        int end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string length = received[..end].Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..];
        return (int.Parse(length, CultureInfo.InvariantCulture), received[(end + 4)..]);
    }
}
