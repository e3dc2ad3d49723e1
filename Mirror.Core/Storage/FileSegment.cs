namespace Mirror.Core.Storage;

/// <summary>A file, or a file inside another one such as a tar archive.</summary>
/// <param name="Offset">In bytes from the start of the file.</param>
public sealed record FileSegment(string Path, long Offset, long Length)
{
    /// <summary>Opens the file, as a seekable stream, if it is not a local one.</summary>
    public Func<Stream>? Open { get; init; }

    /// <summary>A whole file; links are followed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileSegment Whole(string path)
    {
        var file = new FileInfo(path);
        return new FileSegment(path, 0, file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length);
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public Stream OpenRead()
    {
        var file = Open?.Invoke()
            ?? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        return Offset == 0 && file.Length == Length ? file : new SegmentStream(file, Offset, Length);
    }

    public byte[] ReadAllBytes()
    {
        using var stream = OpenRead();
        byte[] content = new byte[Length];
        stream.ReadExactly(content);
        return content;
    }
}

/// <summary>A part of a file as a separate stream, which owns the file.</summary>
internal sealed class SegmentStream : ReadOnlyStream
{
    private readonly Stream _file;
    private readonly long _offset;

    public SegmentStream(Stream file, long offset, long length)
    {
        (_file, _offset, Length) = (file, offset, length);
        _file.Position = offset;
    }

    public override bool CanSeek => true;

    public override long Length { get; }

    public override long Position
    {
        get => _file.Position - _offset;
        set => _file.Position = _offset + value;
    }

    public override int Read(Span<byte> buffer) => _file.Read(buffer[..Left(buffer.Length)]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _file.ReadAsync(buffer[..Left(buffer.Length)], cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Left(int wanted) => (int)Math.Clamp(Length - Position, 0, wanted);
}
