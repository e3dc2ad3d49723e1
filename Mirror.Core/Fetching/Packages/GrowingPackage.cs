using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A package ended before its full length, because it failed verification or its origin failed.</summary>
public sealed class PackageAbortedException(Failure failure) : IOException(failure.Message)
{
    public Failure Failure { get; } = failure;
}

/// <summary>
/// A package that readers follow at their own pace while it is being written. Its end is withheld until it is verified: a partial package
/// can never be mistaken for the whole one, because it is shorter than announced and, as a zip archive's directory is at its end, not even
/// an archive.
/// </summary>
internal sealed class GrowingPackage(StagedPackage staged)
{
    /// <summary>In bytes; more than the 22 bytes of a zip archive's end record.</summary>
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

    /// <summary>Notifies readers that bytes have been written.</summary>
    public void Advance()
    {
        long released = staged.Length - Withheld;
        if (released > _released)
        {
            Volatile.Write(ref _released, released);
            _pulse.Pulse();
        }
    }

    /// <summary>The package is complete and verified: its end is released.</summary>
    public void Prove()
    {
        Volatile.Write(ref _released, staged.Length);
        _state = State.Proven;
        _pulse.Pulse();
    }

    /// <summary>No more bytes will be released; readers get the failure.</summary>
    public void Fail(Failure failure)
    {
        _failure = failure;
        _state = State.Failed;
        _pulse.Pulse();
    }

    /// <summary>Nothing more can be written: each reader continues separately after the written bytes.</summary>
    public void Detach()
    {
        _state = State.Detached;
        _pulse.Pulse();
    }

    /// <summary>Reads at an offset; waits for bytes that have not arrived yet.</summary>
    /// <returns>The number of bytes read; 0 at the end of a verified package; -1 if the reader must continue separately.</returns>
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
