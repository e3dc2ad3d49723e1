using Mirror.Core;
using Mirror.Core.Storage.Objects;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>
/// A bundle in an object store. It is written to a temporary directory, because an object cannot be appended to, and uploaded when it is
/// complete; an interrupted export leaves no object.
/// </summary>
internal sealed class RemoteTarget : IExportTarget
{
    private readonly ObjectUrl _url;
    private readonly IObjectStore _objects;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-export-");
    private readonly BundleTarget _bundle;

    /// <exception cref="IOException">The temporary directory is not writable.</exception>
    public RemoteTarget(ObjectUrl url, IObjectStore objects)
    {
        (_url, _objects) = (url, objects);
        _bundle = new BundleTarget(FilePath);
    }

    private string FilePath => Path.Combine(_directory.FullName, "bundle.tar");

    public string? FindHash(string name) => _bundle.FindHash(name);

    public byte[]? Find(string name) => _bundle.Find(name);

    public void Write(string name, byte[] content) => _bundle.Write(name, content);

    public Task WriteAsync(string name, Func<Stream, Task> write) => _bundle.WriteAsync(name, write);

    public async Task CompleteAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        await _bundle.CompleteAsync(progress, cancellationToken);
        await using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using var content = new ProgressStream(file, position => progress.Show($"uploading {_url}", position, file.Length));
        await _objects.WriteAsync(_url.Key, content, cancellationToken);
    }

    public void Dispose()
    {
        _bundle.Dispose();
        _directory.Delete(recursive: true);
    }

    private sealed class ProgressStream(FileStream file, Action<long> report) : ReadOnlyStream
    {
        public override bool CanSeek => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => file.Position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            int read = file.Read(buffer);
            report(file.Position);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await file.ReadAsync(buffer, cancellationToken);
            report(file.Position);
            return read;
        }
    }
}
