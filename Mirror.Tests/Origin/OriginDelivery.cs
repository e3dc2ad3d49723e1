using System.Globalization;
using System.Text;
using Mirror.Tests.Origin.Wire;

namespace Mirror.Tests.Origin;

/// <summary>Sends one response in parts. A response to HEAD never has a body.</summary>
internal sealed class OriginDelivery(LoopbackExchange exchange, OriginRequest request, OriginResponse response)
{
    private static readonly byte[] Filling = [.. Enumerable.Repeat((byte)' ', 64 * 1024)];

    /// <summary>How the response ended.</summary>
    public RequestOutcome Outcome { get; private set; } = RequestOutcome.Abandoned;

    public long BodyLength => response.Body.Length;

    private bool HasBody => request.Method != "HEAD" && response.Status != 304;

    public async Task SendAllAsync()
    {
        await SendHeadAsync();
        await SendBodyAsync(0, BodyLength);
        Complete();
    }

    public Task SendHeadAsync() => SendHeadAsync(response.HeaderLines());

    public Task SendChunkedHeadAsync() => SendHeadAsync(response.HeaderLines()
        .Where(header => header.Key != "Content-Length")
        .Append(new("Transfer-Encoding", "chunked")));

    /// <summary>Sends the body from one offset up to another (exclusive), or to its end.</summary>
    public async Task SendBodyAsync(long from, long to)
    {
        if (HasBody)
        {
            await exchange.SendBodyAsync(Part(from, to));
        }
    }

    public async Task SendChunkAsync(long from, long to)
    {
        var part = Part(from, to);
        if (HasBody && part.Length > 0)
        {
            await SendChunkAsync(part);
        }
    }

    public async Task EndChunksAsync()
    {
        if (HasBody)
        {
            await SendRawAsync("0\r\n\r\n");
        }

        Complete();
    }

    public async Task SendFillingAsync(long count)
    {
        for (; count > 0 && HasBody; count -= Filling.Length)
        {
            await exchange.SendBodyAsync(Filling.AsMemory(0, (int)Math.Min(count, Filling.Length)));
        }
    }

    public async Task SendFillingChunksAsync(long count)
    {
        for (; count > 0 && HasBody; count -= Filling.Length)
        {
            await SendChunkAsync(Filling);
        }
    }

    public async Task SendRawAsync(string text) => await exchange.SendRawAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendRawFillingAsync(long count)
    {
        for (; count > 0; count -= Filling.Length)
        {
            await exchange.SendRawAsync(Filling);
        }
    }

    public Task WaitAsync(Gate gate) => gate.PassThroughAsync(exchange.ClientGone);

    public void Complete()
    {
        Outcome = RequestOutcome.Answered;
        exchange.Complete();
    }

    public void Close()
    {
        Outcome = RequestOutcome.Broken;
        exchange.Close();
    }

    public Task BreakAsync()
    {
        Outcome = RequestOutcome.Broken;
        exchange.Reset();
        return Task.CompletedTask;
    }

    private async Task SendHeadAsync(IEnumerable<KeyValuePair<string, string>> headers)
    {
        request.Status = response.Status;
        await exchange.SendHeadAsync(response.Status, headers);
    }

    private async Task SendChunkAsync(ReadOnlyMemory<byte> part)
    {
        await SendRawAsync(part.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await exchange.SendBodyAsync(part);
        await SendRawAsync("\r\n");
    }

    private ReadOnlyMemory<byte> Part(long from, long to)
    {
        int start = (int)Math.Min(from, BodyLength), end = (int)Math.Min(to, BodyLength);
        return response.Body[start..end];
    }
}
