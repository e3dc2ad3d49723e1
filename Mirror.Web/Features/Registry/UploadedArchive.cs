using System.IO.Pipelines;
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

    // Browsers may send other fields before the file.
    private const int MaxSections = 8;

    public static async Task<UploadedArchive> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = UploadedForm.Open(request);
        var content = form is null ? request.Body : await FindFileAsync(form, cancellationToken);
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        var header = await reader.ReadAtLeastAsync(HeaderLength, cancellationToken);
        var format = FindFormat(header);
        reader.AdvanceTo(header.Buffer.Start);
        return new UploadedArchive(format, reader.AsStream(), form is null ? request.ContentLength : null);
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

    private static async Task<Stream> FindFileAsync(UploadedForm form, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxSections && await form.ReadNextAsync(cancellationToken) is { } part; i++)
        {
            if (part.FileName is not null)
            {
                return part.Content;
            }
        }

        throw ApiProblemException.Invalid($"The form has no file among its first {MaxSections} fields; expected a tar.gz or zip archive.");
    }
}
