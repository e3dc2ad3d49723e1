namespace Mirror.Core.Identity;

/// <summary>Turns passwords into what may be kept of them. Slow on purpose.</summary>
public interface IPasswordHashing
{
    string Hash(string password);

    bool Verify(string hash, string password);
}
