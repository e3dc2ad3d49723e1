namespace Mirror.Core.Credentials.Secrets;

/// <summary>A key that encrypts what is kept.</summary>
/// <param name="Id">Eight bytes: when it was made, in seconds, and four at random.</param>
public sealed record SecretKey(ulong Id, byte[] Value)
{
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeSeconds((long)(Id >> 32));

    public override string ToString() => $"{Id:x16}";
}

/// <summary>Where the keys are. All replicas of one instance must find the same ones.</summary>
public interface ISecretKeyStore
{
    Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Durable and readable by nobody else once it returns.</summary>
    Task AddAsync(SecretKey key, CancellationToken cancellationToken);
}
