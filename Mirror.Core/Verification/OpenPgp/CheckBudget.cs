namespace Mirror.Core.Verification.OpenPgp;

/// <summary>Bounds the self-signatures checked while keys are read, so that no set of keys is expensive to refuse.</summary>
internal sealed class CheckBudget
{
    private const int Checks = 256;

    private int _spent;

    /// <exception cref="InvalidDataException">The budget is used up; the message is a clause.</exception>
    public void Spend()
    {
        if (++_spent > Checks)
        {
            throw new InvalidDataException($"brings the signatures that keys carry of themselves above the {Checks} that are checked");
        }
    }
}
