namespace Mirror.Core.Identity;

/// <summary>Hashes passwords for storage. Intentionally slow.</summary>
public interface IPasswordHashing
{
    string Hash(string password);

    bool Verify(string hash, string password);
}
