namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// Bounds the checks of signatures for all keys that are offered together, by what each costs: the algorithm, the size of the
/// key and the length of what is signed. A cost of 1 is about a millisecond of processor time.
/// </summary>
internal sealed class CheckBudget
{
    // Some hundred checks by keys of RSA 4096; real keys need a few.
    private const int Budget = 1_000;
    private const int BytesHashed = 100_000;

    private int _spent;

    /// <summary>To be called before the check.</summary>
    /// <exception cref="InvalidDataException">The budget is used up; the message is a clause.</exception>
    public void Spend(PublicKeyPacket key, params ReadOnlySpan<byte[]> data)
    {
        long length = 0;
        foreach (byte[] part in data)
        {
            length += part.Length;
        }

        _spent += (key.Material?.CheckCost ?? 0) + (int)(length / BytesHashed);
        if (_spent > Budget)
        {
            throw new InvalidDataException("takes more time to check, with the keys before it, than signatures may");
        }
    }
}
