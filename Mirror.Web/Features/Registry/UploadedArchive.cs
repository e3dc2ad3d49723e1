using System.IO.Pipelines;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Mirror.Core;
using Mirror.Core.Addresses;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>An archive in the body of a request, or the first file of a form, as browsers and <c>curl -F</c> send it.</summary>
/// <param name="Format">By its first bytes; null if they are not those of an archive.</param>
/// <param name="Content">The whole archive, which is read while it arrives.</param>
/// <param name="Length">In bytes, if known.</param>
internal sealed record UploadedArchive(ArchiveFormat? Format, Stream Content, long? Length)
{
    // In bytes: the longest magic number.
    private const int HeaderLength = 6;

    private const int BufferSize = 128 * 1024;
    private const int MaxBoundary = 128;

    // Browsers may send other fields before the file.
    private const int MaxSections = 8;

    public static async Task<UploadedArchive> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        bool isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var content = isForm ? await FindFileAsync(request, type!, cancellationToken) : request.Body;
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        var header = await reader.ReadAtLeastAsync(HeaderLength, cancellationToken);
        var format = FindFormat(header);
        reader.AdvanceTo(header.Buffer.Start);
        return new UploadedArchive(format, reader.AsStream(), isForm ? null : request.ContentLength);
    }

    private static ArchiveFormat? FindFormat(ReadResult header)
    {
        Span<byte> bytes = stackalloc byte[HeaderLength];
        int length = (int)Math.Min(header.Buffer.Length, HeaderLength);
        int at = 0;
        foreach (var segment in header.Buffer.Slice(0, length))
        {
            segment.Span.CopyTo(bytes[at..]);
            at += segment.Length;
        }

        return ArchiveFormat.FromHeader(bytes[..length]);
    }

    private static async Task<Stream> FindFileAsync(HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
        {
            throw ApiProblemException.Invalid($"Content-Type: expected a boundary of 1 to {MaxBoundary} characters.");
        }

        try
        {
            var form = new MultipartReader(boundary, request.Body);
            for (int i = 0; i < MaxSections && await form.ReadNextSectionAsync(cancellationToken) is { } section; i++)
            {
                if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    return new FormFile(section.Body);
                }
            }
        }
        catch (Exception e) when (FormFile.IsMalformed(e))
        {
            throw ApiProblemException.Invalid(FormFile.Malformed);
        }

        throw ApiProblemException.Invalid($"The form has no file among its first {MaxSections} fields; expected a tar.gz or zip archive.");
    }

    /// <summary>Distinguishes a malformed form from a failure of this server's storage.</summary>
    private sealed class FormFile(Stream section) : ReadOnlyStream
    {
        public const string Malformed = "The form is incomplete or malformed; expected multipart/form-data with one file.";

        public static bool IsMalformed(Exception e) => e is InvalidDataException or IOException and not BadHttpRequestException;

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await section.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception e) when (IsMalformed(e))
            {
                throw ApiProblemException.Invalid(Malformed);
            }
        }
    }
}
