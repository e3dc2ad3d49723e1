using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mirror.Core.Credentials.Secrets;

/// <summary>A secret cannot be decrypted: it was modified, has another purpose, or its key is missing.</summary>
public sealed class UnreadableSecretException(string message) : Exception(message);

/// <summary>
/// Encrypts secrets for the database with AES-256-GCM. The ciphertext includes the key id, so that keys can be rotated: a new key encrypts
/// after every <see cref="RotateAfter"/>, and old keys still decrypt.
/// </summary>
public sealed class SecretBox(ISecretKeyStore store, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan RotateAfter = TimeSpan.FromDays(180);

    private const byte Format = 1;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeadSize = 1 + sizeof(ulong) + NonceSize + TagSize;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile IReadOnlyList<SecretKey>? _keys;

    public void Dispose() => _loading.Dispose();

    /// <param name="purpose">The kind and owner of the secret: a secret encrypted for one purpose does not decrypt for another.</param>
    public async ValueTask<byte[]> EncryptAsync(string purpose, byte[] secret, CancellationToken cancellationToken)
    {
        var key = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        byte[] text = new byte[HeadSize + secret.Length];
        text[0] = Format;
        BinaryPrimitives.WriteUInt64BigEndian(text.AsSpan(1), key.Id);
        var nonce = text.AsSpan(1 + sizeof(ulong), NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Value, TagSize);
        aes.Encrypt(nonce, secret, text.AsSpan(HeadSize), text.AsSpan(HeadSize - TagSize, TagSize), Encoding.UTF8.GetBytes(purpose));
        return text;
    }

    /// <exception cref="UnreadableSecretException">The secret cannot be decrypted; the message does not contain it.</exception>
    public async ValueTask<byte[]> DecryptAsync(string purpose, byte[] text, CancellationToken cancellationToken)
    {
        if (text.Length < HeadSize || text[0] != Format)
        {
            throw new UnreadableSecretException($"'{purpose}' is not encrypted in a format that this version of Mirror supports.");
        }

        ulong id = BinaryPrimitives.ReadUInt64BigEndian(text.AsSpan(1));
        var key = await FindAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new UnreadableSecretException(
                $"'{purpose}' was encrypted with the key {id:x16}, which is missing. Restore the key, or set the secret again.");
        byte[] secret = new byte[text.Length - HeadSize];
        using var aes = new AesGcm(key.Value, TagSize);
        try
        {
            aes.Decrypt(
                text.AsSpan(1 + sizeof(ulong), NonceSize),
                text.AsSpan(HeadSize),
                text.AsSpan(HeadSize - TagSize, TagSize),
                secret,
                Encoding.UTF8.GetBytes(purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new UnreadableSecretException($"'{purpose}' was modified after it was encrypted. Set the secret again.");
        }

        return secret;
    }

    private async ValueTask<SecretKey> CurrentAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _keys?.MaxBy(key => key.Id) is { } current && now < current.CreatedAt + RotateAfter
            ? current
            : await LoadAsync(keys => keys.Any(key => now < key.CreatedAt + RotateAfter), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SecretKey?> FindAsync(ulong id, CancellationToken cancellationToken)
    {
        if (_keys?.FirstOrDefault(key => key.Id == id) is { } known)
        {
            return known;
        }

        // Another replica may have created it.
        await LoadAsync(_ => true, cancellationToken).ConfigureAwait(false);
        return _keys!.FirstOrDefault(key => key.Id == id);
    }

    /// <returns>The newest key; a new one is created if the existing ones are not sufficient.</returns>
    private async Task<SecretKey> LoadAsync(Func<IReadOnlyList<SecretKey>, bool> isEnough, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var keys = await store.ListAsync(cancellationToken).ConfigureAwait(false);
            if (!isEnough(keys))
            {
                ulong id = ((ulong)time.GetUtcNow().ToUnixTimeSeconds() << 32) | BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
                var key = new SecretKey(id, RandomNumberGenerator.GetBytes(KeySize));
                await store.AddAsync(key, cancellationToken).ConfigureAwait(false);
                keys = [.. keys, key];
            }

            _keys = keys;
            return keys.MaxBy(key => key.Id)!;
        }
        finally
        {
            _loading.Release();
        }
    }
}
