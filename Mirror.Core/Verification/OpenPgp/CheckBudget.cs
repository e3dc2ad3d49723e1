namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// Limits the total cost of signature checks for all offered keys. The cost depends on the algorithm, the key size and the length of the
/// signed data; a cost of 1 is about a millisecond of processor time.
/// </summary>
internal sealed class CheckBudget
{
    // Enough for hundreds of checks with RSA 4096 keys; real keys need a few.
    private const int Budget = 1_000;
    private const int BytesHashed = 100_000;

    private int _spent;

    /// <summary>Call it before each check.</summary>
    /// <exception cref="InvalidDataException">The budget is exhausted; the message is a clause.</exception>
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
            throw new InvalidDataException("exceeds, with the keys before it, the time limit for signature checks");
        }
    }
}
