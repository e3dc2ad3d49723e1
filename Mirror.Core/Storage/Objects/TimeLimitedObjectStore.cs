using System.Runtime.CompilerServices;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Objects;

/// <summary>Ends every call of another store that makes no progress, while bytes are sent, awaited or received.</summary>
internal sealed class TimeLimitedObjectStore(IObjectStore inner, TimeProvider time) : IObjectStore
{
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    public string Location => inner.Location;

    public Task<string> WriteAsync(string key, Stream content, CancellationToken cancellationToken) =>
        LimitAsync(limit => inner.WriteAsync(key, new ObservedStream(content, limit.Restart), limit.Token), cancellationToken);

    public Task<ObjectFacts?> FindAsync(string key, CancellationToken cancellationToken) =>
        LimitAsync(limit => inner.FindAsync(key, limit.Token), cancellationToken);

    public async Task<Stream?> OpenAsync(string key, long offset, string? identity, CancellationToken cancellationToken)
    {
        var stream = await LimitAsync(limit => inner.OpenAsync(key, offset, identity, limit.Token), cancellationToken).ConfigureAwait(false);
        return stream is null ? null : new LimitedStream(stream, new IdleLimit(Location, time));
    }

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        LimitAsync(limit => inner.DeleteAsync(key, limit.Token), cancellationToken);

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new IdleLimit(Location, time);
        var entries = inner.ListAsync(start, limit.Token).GetAsyncEnumerator(limit.Token);
        await using (entries.ConfigureAwait(false))
        {
            while (await limit.RunAsync(entries.MoveNextAsync, cancellationToken).ConfigureAwait(false))
            {
                yield return entries.Current;
            }
        }
    }

    public Task<int> AbortUploadsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        LimitAsync(limit => inner.AbortUploadsAsync(before, limit.Token), cancellationToken);

    public Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        LimitAsync(limit => inner.PresignAsync(key, fileName, lifetime, limit.Token), cancellationToken);

    public void Dispose() => inner.Dispose();

    private async Task<T> LimitAsync<T>(Func<IdleLimit, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new IdleLimit(Location, time);
        return await limit.RunAsync(() => new ValueTask<T>(call(limit)), cancellationToken).ConfigureAwait(false);
    }

    private sealed class IdleLimit(string location, TimeProvider time) : IDisposable
    {
        private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);

        public string Location => location;

        public CancellationToken Token => _source.Token;

#pragma warning disable RS0030 // The source uses the TimeProvider that it was created with.
        public void Restart() => _source.CancelAfter(IdleTimeout);

        private void Stop() => _source.CancelAfter(Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030

        public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Restart();
            try
            {
                await using (cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source).ConfigureAwait(false))
                {
                    return await call().ConfigureAwait(false);
                }
            }
            // Client libraries report a cancellation in different ways.
            catch (Exception e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            }
            catch (Exception e) when (_source.IsCancellationRequested)
            {
                throw new ObjectStoreException(ObjectStoreFault.TimedOut, location, null, e);
            }
            finally
            {
                Stop();
            }
        }

        public void Dispose() => _source.Dispose();
    }

    /// <summary>Content being uploaded: each read of it is progress. It does not own the content.</summary>
    private sealed class ObservedStream(Stream content, Action progress) : ReadOnlyStream
    {
        public override bool CanSeek => true;

        public override long Length => content.Length;

        public override long Position
        {
            get => content.Position;
            set => content.Position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            progress();
            return content.Read(buffer);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            progress();
            return content.ReadAsync(buffer, cancellationToken);
        }
    }

    /// <summary>The content of a response, which it owns.</summary>
    private sealed class LimitedStream(Stream content, IdleLimit limit) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer) => throw new NotSupportedException("Read asynchronously.");

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await limit.RunAsync(() => ReceiveAsync(buffer), cancellationToken).ConfigureAwait(false);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
                limit.Dispose();
            }

            base.Dispose(disposing);
        }

        private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            try
            {
                return await content.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not ObjectStoreException)
            {
                throw new ObjectStoreException(ObjectStoreFault.Unreachable, limit.Location, e.Message, e);
            }
        }
    }
}
