using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mirror.Tests.Time;
using Mirror.Web.Hosting;
using Xunit;

namespace Mirror.Tests.Hosting;

/// <summary>Input from clients that are not signed in does not fill the log with warnings, errors and stack traces.</summary>
public sealed class ClientFaultLogTests
{
    [Fact]
    public async Task OpenPage_WithInvalidMessages_ReturnsAnErrorAndLogsNothing()
    {
        var log = new RecordedLog();
        await using var server = await StartAsync(log);
        using var page = new ClientWebSocket();
        page.Options.SetRequestHeader("Origin", server.Url.GetLeftPart(UriPartial.Authority));
        await page.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        await page.SendAsync(
            "{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None);

        await page.SendAsync(
            Call("StartCircuit", server.Url.ToString(), server.Url.ToString(), "[1]", ""),
            WebSocketMessageType.Binary,
            endOfMessage: true,
            CancellationToken.None);

        await ReceiveAsync(page, "invoking 'StartCircuit' on the server");
        Assert.Empty(log.Entries);
    }

    [Fact]
    public async Task Form_WithoutItsCookie_IsRejectedAndNotLogged()
    {
        var log = new RecordedLog();
        await using var server = await StartAsync(log);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Token"] = "x" });

        using var answer = await server.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), form);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Empty(log.Entries);
    }

    /// <summary>
    /// The framework logs a flood of HTTP/2 frames as critical, once for each frame that finds the queue of its connection full.
    /// </summary>
    [Fact]
    public async Task LogCategories_OfClientInput_AreOffAndOthersOn()
    {
        await using var server = await StartAsync(new RecordedLog());
        var loggers = server.Services.GetRequiredService<ILoggerFactory>();

        Assert.All(
            MirrorHost.ClientFaults, category => Assert.False(loggers.CreateLogger(category).IsEnabled(LogLevel.Critical), category));
        Assert.All(
            ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Components.Server.Circuits.CircuitHost"],
            category => Assert.True(loggers.CreateLogger(category).IsEnabled(LogLevel.Error), category));
    }

    private static Task<MirrorServer> StartAsync(RecordedLog log) =>
        MirrorServer.StartAsync(services: services => services.AddSingleton<ILoggerProvider>(log));

    /// <summary>An invocation in the framework's MessagePack format, with number 1 and string arguments.</summary>
    private static byte[] Call(string method, params string[] arguments)
    {
        byte[] message = [0x95, 1, 0x80, .. Text("1"), .. Text(method), (byte)(0x90 | arguments.Length), .. arguments.SelectMany(Text)];
        return [(byte)(0x80 | (message.Length & 0x7f)), (byte)(message.Length >> 7), .. message];
    }

    private static byte[] Text(string text)
    {
        byte[] encoded = [0xdb, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
        BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(1), encoded.Length - 5);
        return encoded;
    }

    private static async Task ReceiveAsync(ClientWebSocket page, string expected)
    {
        using var timeout = new CancellationTokenSource(Eventually.WaitTimeout, TimeProvider.System);
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!received.ToString().Contains(expected, StringComparison.Ordinal))
        {
            var part = await page.ReceiveAsync(buffer, timeout.Token);
            Assert.True(part.MessageType != WebSocketMessageType.Close, received.ToString());
            received.Append(Encoding.Latin1.GetString(buffer, 0, part.Count));
        }
    }
}
