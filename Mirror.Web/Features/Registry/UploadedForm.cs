using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Mirror.Core;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The parts of a form, which are read while they arrive. An incomplete or malformed form ends the request with a problem document.</summary>
internal sealed class UploadedForm
{
    private const int MaxBoundary = 70; // https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1

    private const string Malformed = "The form is incomplete or malformed; expected multipart/form-data with files.";

    private readonly MultipartReader _reader;

    private UploadedForm(MultipartReader reader) => _reader = reader;

    /// <returns>Null if the body is not a form.</returns>
    public static UploadedForm? Open(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary
            ? new UploadedForm(new MultipartReader(boundary, request.Body))
            : throw ApiProblemException.Invalid($"Content-Type: expected a boundary of 1 to {MaxBoundary} characters.");
    }

    /// <returns>The next part; a null file name means that it is not a file. Null at the end of the form.</returns>
    public async Task<(string? FileName, Stream Content)?> ReadNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadNextSectionAsync(cancellationToken) is { } section
                ? (section.AsFileSection()?.FileName is { Length: > 0 } name ? name : null, new Part(section.Body))
                : null;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw ApiProblemException.Invalid(Malformed);
        }
    }

    private static bool IsMalformed(Exception e) => e is InvalidDataException or IOException and not BadHttpRequestException;

    /// <summary>Distinguishes a malformed form from a failure of this server's storage.</summary>
    private sealed class Part(Stream section) : ReadOnlyStream
    {
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
