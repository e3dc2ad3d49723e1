using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Importing;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>A local package as an upload: an archive unchanged, or a directory packed while it is sent.</summary>
internal abstract class PackageSource
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The bytes to read: of an archive those sent, of a directory those packed.</summary>
    public abstract long Size { get; }

    /// <exception cref="InvalidDataException">The content is not valid in a package; the message has the reason.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PackageSource Open(FoundPackage package) => package.Layout == PackageLayout.Packed
        ? new Archive(package.File ?? FileSegment.Whole(package.Path))
        : new Unpacked(package.Path, UnpackedPackage.Open(package.Path));

    /// <summary>The hash to compare with the server's package: <c>zh:</c> of an archive, <c>h1:</c> of a directory.</summary>
    public abstract PackageHash Hash(IProgress<long> progress, CancellationToken cancellationToken);

    public abstract HttpContent ToContent(IProgress<long> progress, CancellationToken cancellationToken);

    private sealed class Archive(FileSegment segment) : PackageSource
    {
        public override long Size => segment.Length;

        public override PackageHash Hash(IProgress<long> progress, CancellationToken cancellationToken)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = OpenFile();
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                int read;
                while ((read = file.Read(buffer)) > 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    hash.AppendData(buffer.AsSpan(0, read));
                    progress.Report(file.Position);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            return Sha256Digest.FromBytes(hash.GetHashAndReset()).ZipHash;
        }

        public override HttpContent ToContent(IProgress<long> progress, CancellationToken cancellationToken) =>
            new Upload(Size, async (target, stop) =>
            {
                await using var file = OpenFile();
                byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    int read;
                    while ((read = await file.ReadAsync(buffer, stop)) > 0)
                    {
                        await target.WriteAsync(buffer.AsMemory(0, read), stop);
                        progress.Report(file.Position);
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }, cancellationToken);

        private Stream OpenFile() => segment.OpenRead();
    }

    private sealed class Unpacked(string path, UnpackedPackage package) : PackageSource
    {
        public override long Size => package.Size;

        public override PackageHash Hash(IProgress<long> progress, CancellationToken cancellationToken) =>
            PackageHasher.HashDirectory(path, progress, cancellationToken) switch
            {
                PackageHashResult.Hashed hashed => hashed.Hash,
                PackageHashResult.Refused refused => throw new InvalidDataException(refused.Reason),
                _ => throw new InvalidOperationException(),
            };

        public override HttpContent ToContent(IProgress<long> progress, CancellationToken cancellationToken) =>
            new Upload(null, (target, stop) => package.WriteZipAsync(target, progress, stop), cancellationToken);
    }

    /// <summary>A request body that is written while it is sent, so that its size costs no memory.</summary>
    private sealed class Upload(long? length, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, cancellationToken);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken requestEnds)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, requestEnds);
            await write(stream, either.Token);
        }

        protected override bool TryComputeLength(out long announced)
        {
            announced = length ?? 0;
            return length is not null;
        }
    }
}
