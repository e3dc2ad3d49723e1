using System.Buffers.Binary;
using System.Net.Sockets;
using Mirror.Core.Configuration;
using Mirror.Tests.Protocols;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Hosting;

public sealed class RecordSizedMemoryTests
{
    [Fact]
    public void Blocks_OfThePool_HaveTheSizeOfARecordAndAreReused()
    {
        using var memory = new RecordSizedMemory();
        var first = memory.Rent();
        using var second = memory.Create().Rent(1);
        var block = first.Memory;

        first.Dispose();
        first.Dispose();
        using var third = memory.Rent(RecordSizedMemory.BlockSize);
        using var fourth = memory.Rent();

        Assert.Equal(RecordSizedMemory.BlockSize, block.Length);
        Assert.True(block.Equals(third.Memory));
        Assert.False(block.Equals(second.Memory) || block.Equals(fourth.Memory));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Rent(RecordSizedMemory.BlockSize + 1));
    }

    [Fact]
    public async Task Package_OverHttps_IsSentInFullTlsRecords()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.Platforms("linux_amd64").PackageSize(400_000)),
            options => options with { Listen = new ListenOptions { Http = new Uri("http://127.0.0.1:0"), Https = new Uri("https://127.0.0.1:0") } });
        await mirror.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        var records = new List<int>();
        var client = mirror.Server.CreateClient(handler => handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new RecordReader(new NetworkStream(socket, ownsSocket: true), records);
        });

        byte[] package = await client.GetByteArrayAsync(new Uri(mirror.Server.HttpsUrl, MirrorWithOrigin.Base + MirrorWithOrigin.Package));

        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.InRange(
            records.Count(length => length >= RecordSizedMemory.BlockSize),
            (package.Length / RecordSizedMemory.BlockSize) - 2,
            int.MaxValue);
    }

    /// <summary>Records the lengths of the TLS records in a stream. See https://www.rfc-editor.org/rfc/rfc8446#section-5.1.</summary>
    private sealed class RecordReader(Stream inner, List<int> records) : Stream
    {
        private readonly byte[] _header = new byte[5];
        private int _headerLength;
        private int _rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            Note(buffer.Span[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        private void Note(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                int taken = Math.Min(bytes.Length, _rest > 0 ? _rest : _header.Length - _headerLength);
                if (_rest > 0)
                {
                    _rest -= taken;
                }
                else
                {
                    bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
                    _headerLength += taken;
                    if (_headerLength == _header.Length)
                    {
                        records.Add(_rest = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3)));
                        _headerLength = 0;
                    }
                }

                bytes = bytes[taken..];
            }
        }
    }
}
