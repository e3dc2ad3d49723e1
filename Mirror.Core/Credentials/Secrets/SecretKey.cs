namespace Mirror.Core.Credentials.Secrets;

/// <summary>A key that encrypts stored secrets.</summary>
/// <param name="Id">Eight bytes: the creation time in seconds, and four random bytes.</param>
public sealed record SecretKey(ulong Id, byte[] Value)
{
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeSeconds((long)(Id >> 32));

    public override string ToString() => $"{Id:x16}";
}

/// <summary>Stores the keys. All replicas of an instance must have the same keys.</summary>
public interface ISecretKeyStore
{
    Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>When it returns, the key is stored durably and readable only by the owner.</summary>
    Task AddAsync(SecretKey key, CancellationToken cancellationToken);
}
