using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>The bytes of a package ended before its length, because it failed verification or its origin failed.</summary>
public sealed class PackageAbortedException(Failure failure) : IOException(failure.Message)
{
    public Failure Failure { get; } = failure;
}

/// <summary>
/// A package that readers follow, each at its own pace, while it is written. Its end is withheld until it is proven: what
/// has flowed before can never be mistaken for the package, because it is shorter than announced and, as the directory of
/// a zip archive stands at its end, not even an archive.
/// </summary>
internal sealed class GrowingPackage(StagedPackage staged)
{
    /// <summary>Bytes; more than the 22 of a zip archive's end record.</summary>
    public const int Withheld = 1024;

    private readonly AsyncPulse _pulse = new();
    private long _released;
    private volatile State _state = State.Growing;
    private Failure? _failure;

    private enum State
    {
        Growing,
        Proven,
        Failed,
        Detached,
    }

    public StagedPackage Staged => staged;

    /// <summary>Tells readers of bytes that were just written.</summary>
    public void Advance()
    {
        long released = staged.Length - Withheld;
        if (released > _released)
        {
            Volatile.Write(ref _released, released);
            _pulse.Pulse();
        }
    }

    /// <summary>The package is whole and what it should be: its end may flow.</summary>
    public void Prove()
    {
        Volatile.Write(ref _released, staged.Length);
        _state = State.Proven;
        _pulse.Pulse();
    }

    /// <summary>No more bytes will flow; readers are told why.</summary>
    public void Fail(Failure failure)
    {
        _failure = failure;
        _state = State.Failed;
        _pulse.Pulse();
    }

    /// <summary>Nothing more can be written here: each reader goes on by itself where the written bytes end.</summary>
    public void Detach()
    {
        _state = State.Detached;
        _pulse.Pulse();
    }

    /// <summary>Reads at an offset, waiting for bytes that are still to come.</summary>
    /// <returns>Bytes read; 0 at the end of a proven package; -1 where the reader must go on by itself.</returns>
    /// <exception cref="PackageAbortedException">The package failed.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _pulse.Next;
            var state = _state;
            long available = Volatile.Read(ref _released) - offset;
            if (available > 0)
            {
                return await staged.ReadAsync(available < buffer.Length ? buffer[..(int)available] : buffer, offset, cancellationToken)
                    .ConfigureAwait(false);
            }

            switch (state)
            {
                case State.Proven:
                    return 0;
                case State.Failed:
                    throw new PackageAbortedException(_failure!);
                case State.Detached:
                    return -1;
                default:
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }
}
