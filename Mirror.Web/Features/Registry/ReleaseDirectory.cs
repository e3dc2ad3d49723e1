using System.Net;
using System.Net.Http.Headers;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;

namespace Mirror.Web.Features.Registry;

/// <summary>The files of a provider version in a directory, such as goreleaser's <c>dist</c>. Other files are ignored.</summary>
internal sealed class ReleaseDirectory
{
    private const int BufferSize = 128 * 1024;

    private readonly IReadOnlyList<FileInfo> _files;

    private ReleaseDirectory(IReadOnlyList<FileInfo> files) => _files = files;

    /// <summary>In bytes.</summary>
    public long Size => _files.Sum(file => file.Length);

    public int Packages => _files.Count(file => file.Extension == ".zip");

    /// <exception cref="InvalidDataException">A release cannot be without a file that is missing.</exception>
    public static ReleaseDirectory Find(string path, string type, ProviderVersion version)
    {
        string stem = $"terraform-provider-{type}_{version}";
        string[] documents = [$"{stem}_SHA256SUMS", $"{stem}_SHA256SUMS.sig", $"{stem}_manifest.json"];
        List<FileInfo> files = [.. new DirectoryInfo(path).EnumerateFiles($"{stem}_*")
            .Where(file => documents.Contains(file.Name)
                || PackageFileName.TryParse(file.Name, out var name) && name.Type == type && name.Version == version)
            .OrderBy(file => file.Name, StringComparer.Ordinal)];
        foreach (string required in documents[..2])
        {
            if (!files.Exists(file => file.Name == required))
            {
                throw new InvalidDataException($"'{path}' does not contain '{required}'.");
            }
        }

        return files.Count > ProviderUpload.MaxFiles
            ? throw new InvalidDataException($"'{path}' contains {files.Count} files of the version; the maximum is {ProviderUpload.MaxFiles}.")
            : files.Exists(file => file.Extension == ".zip")
                ? new ReleaseDirectory(files)
                : throw new InvalidDataException($"'{path}' contains no package, such as '{stem}_linux_amd64.zip'.");
    }

    /// <param name="progress">Receives the file that is sent and the number of bytes sent so far.</param>
    public HttpContent ToContent(IProgress<(string File, long Done)> progress, CancellationToken cancellationToken)
    {
        var content = new MultipartFormDataContent();
        long before = 0;
        foreach (var file in _files)
        {
            content.Add(new Part(file, before, progress, cancellationToken), "file", file.Name);
            before += file.Length;
        }

        return content;
    }

    /// <summary>A file that is read while it is sent.</summary>
    internal sealed class Part : HttpContent
    {
        private readonly FileInfo _file;
        private readonly long _before;
        private readonly IProgress<(string File, long Done)> _progress;
        private readonly CancellationToken _stop;

        public Part(FileInfo file, long before, IProgress<(string File, long Done)> progress, CancellationToken stop)
        {
            (_file, _before, _progress, _stop) = (file, before, progress, stop);
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SendAsync(stream, _stop);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop, cancellationToken);
            await SendAsync(stream, either.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _file.Length;
            return true;
        }

        private async Task SendAsync(Stream target, CancellationToken cancellationToken)
        {
            await using var file = _file.OpenRead();
            byte[] buffer = new byte[BufferSize];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                _progress.Report((_file.Name, _before + file.Position));
            }
        }
    }
}
