using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;

namespace Mirror.Web.Http;

/// <summary>
/// Sends packages, stored or being downloaded, with Content-Length, a single range, an entity tag and HEAD. A package that fails
/// verification is aborted short of its length.
/// </summary>
internal static class PackageResponses
{
    // Several full TLS records, as much as the connection buffers; each of hundreds of downloads holds one.
    private const int BufferSize = 32 * 1024;

    /// <param name="isPublic">Whether shared caches may store it.</param>
    /// <returns>Whether the requested bytes were sent completely.</returns>
    public static async Task<bool> WriteAsync(HttpContext context, PackageDelivery package, ArchiveFormat format, bool isPublic)
    {
        var response = context.Response;
        var request = context.Request;
        string? etag = package.Digest is { } digest ? $"\"{digest.Hex}\"" : null;
        response.Headers.ETag = etag;
        response.Headers.CacheControl = isPublic ? "public, max-age=31536000, immutable" : "private, max-age=31536000, immutable";
        if (etag is not null && EntityTags.Match(request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return false;
        }

        response.ContentType = format.MediaType;
        if (package.Length is not { } length)
        {
            return !HttpMethods.IsHead(request.Method) && await SendAsync(context, package, 0, null);
        }

        response.Headers.AcceptRanges = "bytes";
        var range = RequestedRange.Find(request.Headers, etag, length);
        if (range.IsUnsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.ContentType = null;
            response.Headers.ETag = default;
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentRange = new ContentRangeHeaderValue(length).ToString();
            return false;
        }

        if (range.From > 0 && !package.IsComplete && await package.WhenCompleteAsync(context.RequestAborted) is { } failure)
        {
            await EndAsync(context, failure);
            return false;
        }

        response.ContentLength = range.Length;
        if (range.IsPartial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(range.From, range.From + range.Length - 1, length).ToString();
        }

        if (HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        return await SendAsync(context, package, range.From, range.From + range.Length);
    }

    /// <param name="end">Where to stop; null sends to the end of the package.</param>
    private static async Task<bool> SendAsync(HttpContext context, PackageDelivery package, long offset, long? end)
    {
        var aborted = context.RequestAborted;
        var metrics = context.RequestServices.GetRequiredService<FetchingMetrics>();
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(end - offset ?? BufferSize, 4096, BufferSize));
        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            // The headers are sent with the first bytes, so a failure before that still has a status.
            while (end is null || offset < end)
            {
                int wanted = (int)Math.Min(buffer.Length, end - offset ?? buffer.Length);
                int read = await package.ReadAsync(buffer.AsMemory(0, wanted), offset, aborted);
                if (read == 0)
                {
                    if (end is null)
                    {
                        break;
                    }

                    throw new PackageAbortedException(new Failure(FailureKind.Storage, "The stored package is shorter than recorded."));
                }

                metrics.CountSent(read);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), aborted);
                offset += read;
            }

            return true;
        }
        catch (PackageAbortedException e)
        {
            await EndAsync(context, e.Failure);
            return false;
        }
        catch (IOException e) when (StorageFailure.Of(e) is { } failure)
        {
            context.RequestServices.GetRequiredService<PackageStoreHealth>().Report(e);
            await EndAsync(context, failure);
            return false;
        }
        catch (OperationCanceledException)
        {
            // The client disconnected.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Replaces the prepared headers with a failure response; aborts the response if they have been sent.</summary>
    private static Task EndAsync(HttpContext context, Failure failure)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        (headers.ETag, headers.AcceptRanges, headers.ContentRange, headers.ContentLength) = (default, default, default, null);
        return FailureResponses.WriteAsync(context, failure);
    }
}
