using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mirror.Tests.Origin;

/// <summary>The response of the origin, before a fault changes it or its delivery.</summary>
internal sealed record OriginResponse(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public ImmutableList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool AcceptsRanges { get; init; }

    /// <summary>A strong ETag, including its quotes.</summary>
    public string? EntityTag { get; init; }

    /// <summary>Changes the value of Content-Length; null: the actual length.</summary>
    public Func<long, long>? AlterLength { get; init; }

    /// <summary>The difference between the start of a returned range and the requested one.</summary>
    public int RangeShift { get; init; }

    public static OriginResponse Text(int status, string text) => new(status, "text/plain", Encoding.UTF8.GetBytes(text));

    public static string TagOf(ReadOnlySpan<byte> body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}\"";

    public OriginResponse WithHeader(string name, string value) => this with { Headers = Headers.Add(new(name, value)) };

    /// <summary>The response to a request, which can be conditional or a range request.</summary>
    public OriginResponse For(OriginRequest request)
    {
        if (Status != 200)
        {
            return this;
        }

        if (EntityTag is not null && request.Headers.GetValueOrDefault("If-None-Match") == EntityTag)
        {
            return this with { Status = 304, Body = default, ContentType = null, AcceptsRanges = false };
        }

        return AcceptsRanges && request.Range is { } range && AllowsRange(request) ? PartOf(range) : this;
    }

    public IEnumerable<KeyValuePair<string, string>> HeaderLines()
    {
        if (ContentType is not null)
        {
            yield return new("Content-Type", ContentType);
        }

        if (Status != 304)
        {
            yield return new("Content-Length", (AlterLength?.Invoke(Body.Length) ?? Body.Length).ToString(CultureInfo.InvariantCulture));
        }

        if (EntityTag is not null)
        {
            yield return new("ETag", EntityTag);
        }

        if (AcceptsRanges)
        {
            yield return new("Accept-Ranges", "bytes");
        }

        foreach (var header in Headers)
        {
            yield return header;
        }
    }

    private bool AllowsRange(OriginRequest request) =>
        !request.Headers.TryGetValue("If-Range", out string? tag) || tag == EntityTag;

    private OriginResponse PartOf(string range)
    {
        if (!ByteRange.TryParse(range, Body.Length, out var part))
        {
            return this with
            {
                Status = 416,
                Body = default,
                ContentType = null,
                Headers = [new(
                "Content-Range", $"bytes */{Body.Length}")]
            };
        }

        part = part with { Start = Math.Clamp(part.Start + RangeShift, 0, Body.Length - part.Length) };
        return this with
        {
            Status = 206,
            Body = Body.Slice(part.Start, part.Length),
            Headers = Headers.Add(new("Content-Range", string.Create(
                CultureInfo.InvariantCulture, $"bytes {part.Start}-{part.Start + part.Length - 1}/{Body.Length}"))),
        };
    }
}
