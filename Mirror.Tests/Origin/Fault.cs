using System.IO.Compression;

namespace Mirror.Tests.Origin;

/// <summary>
/// A fault of an origin or of the network: a change of the response, a way to deliver it, or both (see <see cref="With"/>). Byte counts
/// refer to the body.
/// </summary>
public sealed class Fault
{
    private const long Endless = 5L * 1024 * 1024 * 1024;
    private static readonly byte[] Page = "<!DOCTYPE html><title>Sign in</title><h1>Please sign in</h1>"u8.ToArray();

    private Fault(Func<OriginResponse, OriginRequest, OriginResponse>? change, Func<OriginDelivery, Task>? deliver)
    {
        Change = change;
        Deliver = deliver;
    }

    internal Func<OriginResponse, OriginRequest, OriginResponse>? Change { get; }

    internal Func<OriginDelivery, Task>? Deliver { get; }

    /// <summary>The changes of both, in this order, and the delivery of the other, if it has one.</summary>
    public Fault With(Fault other) => new(
        (response, request) =>
        {
            response = Change is null ? response : Change(response, request);
            return other.Change is null ? response : other.Change(response, request);
        },
        other.Deliver ?? Deliver);

    /// <summary>
    /// A status with a short text body, where the status allows one, and, if given, a Retry-After header (seconds or a date).
    /// </summary>
    public static Fault Status(int status, string? retryAfter = null) => Changing((_, _) =>
    {
        // The bytes of a body after 204 would stay in the connection, and begin the response to the next request there.
        var response = OriginResponse.Text(status, status is 204 or 304 ? "" : $"The origin answers {status}, as the test wanted.");
        return retryAfter is null ? response : response.WithHeader("Retry-After", retryAfter);
    });

    /// <summary>An HTML page with status 200, like that of a captive portal or a login page.</summary>
    public static Fault Html() => Changing((_, _) => new OriginResponse(200, "text/html; charset=utf-8", Page));

    /// <summary>The original headers and an HTML page as the body, with status 200.</summary>
    public static Fault HtmlBody() =>
        Changing((response, _) => response with { Status = 200, ContentType = "text/html; charset=utf-8", Body = Page });

    /// <summary>A redirect to an absolute or relative URL.</summary>
    public static Fault Redirect(string location, int status = 302) =>
        Changing((_, _) => OriginResponse.Text(status, "").WithHeader("Location", location));

    /// <summary>A redirect to the same URL.</summary>
    public static Fault RedirectLoop() => Changing((_, request) => OriginResponse.Text(302, "").WithHeader(
        "Location", request.Path + (request.Query.Length > 0 ? "?" + request.Query : "")));

    /// <summary>Another media type, or none.</summary>
    public static Fault ContentType(string? contentType) => Changing((response, _) => response with { ContentType = contentType });

    /// <summary>Another body, with its true length.</summary>
    public static Fault Body(Func<byte[], byte[]> change) =>
        Changing((response, _) => response with { Body = change(response.Body.ToArray()) });

    /// <summary>Inverts the byte at an offset of the whole body. A negative offset counts from the end.</summary>
    public static Fault Flip(int offset) => Body(bytes =>
    {
        bytes[offset < 0 ? bytes.Length + offset : offset] ^= 0xFF;
        return bytes;
    });

    /// <summary>A UTF-8 byte order mark before the body.</summary>
    public static Fault ByteOrderMark() => Body(bytes => [0xEF, 0xBB, 0xBF, .. bytes]);

    /// <summary>The compressed body with Content-Encoding: gzip, although the client did not request it.</summary>
    public static Fault Gzip() => Changing((response, _) =>
        (response with { Body = Compress(response.Body), AcceptsRanges = false }).WithHeader("Content-Encoding", "gzip"));

    /// <summary>The original body with a Content-Encoding header.</summary>
    public static Fault Encoding(string coding) => Changing((response, _) => response.WithHeader("Content-Encoding", coding));

    /// <summary>Ranges start this many bytes later than requested, or earlier, with the actual range in Content-Range.</summary>
    public static Fault RangeShift(int bytes) => Changing((response, _) => response with { RangeShift = bytes });

    /// <summary>Ignores range headers and does not send Accept-Ranges: always the whole body with status 200.</summary>
    public static Fault NoRanges() => Changing((response, _) => response with { AcceptsRanges = false });

    /// <summary>Resets the connection before the first byte.</summary>
    public static Fault Reset() => Delivering(delivery => delivery.BreakAsync());

    /// <summary>Resets the connection after this many bytes. The last of them may not arrive.</summary>
    public static Fault ResetAfter(long bytes) => Delivering(async delivery =>
    {
        await delivery.SendHeadAsync();
        await delivery.SendBodyAsync(0, bytes);
        await delivery.BreakAsync();
    });

    /// <summary>Ends the connection normally after this many bytes, although Content-Length contains the full length.</summary>
    public static Fault Truncate(long bytes) => Delivering(async delivery =>
    {
        await delivery.SendHeadAsync();
        await delivery.SendBodyAsync(0, bytes);
        delivery.Close();
    });

    /// <summary>
    /// Adds a number to Content-Length, sends the whole body, and ends the connection. If it is positive, the client waits for bytes that
    /// never arrive. If it is negative, the client interprets the end of the body as something else.
    /// </summary>
    public static Fault WrongLength(long by) => new(
        (response, _) => response with { AlterLength = length => length + by },
        async delivery =>
        {
            await delivery.SendHeadAsync();
            await delivery.SendBodyAsync(0, delivery.BodyLength);
            delivery.Close();
        });

    /// <summary>No Content-Length: the body is chunked.</summary>
    public static Fault NoLength() => Delivering(async delivery =>
    {
        await delivery.SendChunkedHeadAsync();
        await delivery.SendChunkAsync(0, delivery.BodyLength);
        await delivery.EndChunksAsync();
    });

    /// <summary>Sends nothing until the gate opens, and then the normal response.</summary>
    public static Fault Hang(Gate gate) => Delivering(async delivery =>
    {
        await delivery.WaitAsync(gate);
        await delivery.SendAllAsync();
    });

    /// <summary>Sends the headers and this many bytes, and the rest when the gate opens.</summary>
    public static Fault HangAfter(long bytes, Gate gate) => Delivering(async delivery =>
    {
        await delivery.SendHeadAsync();
        await delivery.SendBodyAsync(0, bytes);
        await delivery.WaitAsync(gate);
        await delivery.SendBodyAsync(bytes, delivery.BodyLength);
        delivery.Complete();
    });

    /// <summary>Sends the headers, and then blocks of this many bytes, each through the gate.</summary>
    public static Fault Drip(int bytes, Gate gate) => Delivering(async delivery =>
    {
        await delivery.SendHeadAsync();
        for (long sent = 0; sent < delivery.BodyLength; sent += bytes)
        {
            await delivery.WaitAsync(gate);
            await delivery.SendBodyAsync(sent, sent + bytes);
        }

        delivery.Complete();
    });

    /// <summary>A body of spaces with this Content-Length, 5 GB by default, until the client disconnects.</summary>
    public static Fault EndlessBody(long length = Endless) => new(
        (response, _) => response with { AlterLength = _ => length, AcceptsRanges = false, Status = 200 },
        async delivery =>
        {
            await delivery.SendHeadAsync();
            await delivery.SendFillingAsync(length);
            delivery.Complete();
        });

    /// <summary>A chunked body of spaces without a length, until the client disconnects, at most 5 GB.</summary>
    public static Fault EndlessChunks() => Delivering(async delivery =>
    {
        await delivery.SendChunkedHeadAsync();
        await delivery.SendFillingChunksAsync(Endless);
        await delivery.EndChunksAsync();
    });

    /// <summary>A header that does not end until the client disconnects, at most 5 GB.</summary>
    public static Fault EndlessHeader() => Delivering(async delivery =>
    {
        await delivery.SendRawAsync("HTTP/1.1 200 OK\r\nX-Endless: ");
        await delivery.SendRawFillingAsync(Endless);
        await delivery.BreakAsync();
    });

    /// <summary>Sends data that is not HTTP, and ends the connection.</summary>
    public static Fault Garbage() => Delivering(async delivery =>
    {
        await delivery.SendRawAsync("SSH-2.0-OpenSSH_9.2\r\n");
        delivery.Close();
    });

    private static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(body.Span);
        }

        return buffer.ToArray();
    }

    private static Fault Changing(Func<OriginResponse, OriginRequest, OriginResponse> change) => new(change, null);

    private static Fault Delivering(Func<OriginDelivery, Task> deliver) => new(null, deliver);
}
