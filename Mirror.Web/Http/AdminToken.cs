using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>
/// The instance administrator's token: the configured one, or one generated at first start. A generated token is stored as a hash
/// and left for the local command line in a file that only its owner can read.
/// </summary>
public sealed class AdminToken(MirrorOptions options, InstanceSettings settings) : IBearerTokens
{
    private const string HashSetting = "admin-token-sha256";
    private const string Prefix = "mirror_admin_";
    private byte[]? _hash;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "admin-token");

    /// <summary>Reads the token left for the local command line; null if there is none.</summary>
    public static string? ReadFile(string dataDirectory)
    {
        try
        {
            string token = File.ReadAllText(PathIn(dataDirectory)).Trim();
            return token.Length == 0 ? null : token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Compares a token in constant time.</summary>
    public bool IsValid(string presented) => _hash is { } hash && CryptographicOperations.FixedTimeEquals(Hash(presented), hash);

    public ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(IsValid(token) ? AccessSubject.Admin : null);

    /// <summary>Identifies the token without revealing it; sessions that began with another token end.</summary>
    public string Fingerprint => _hash is { } hash ? Convert.ToHexStringLower(SHA256.HashData(hash))[..16] : "";

    /// <summary>Loads the token's hash or generates a token. Call before requests are served.</summary>
    /// <returns>The token if it was generated now.</returns>
    internal async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        string path = PathIn(options.DataDirectory);
        if (options.Auth.AdminToken is { } configured)
        {
            // A token generated earlier no longer works; remove it.
            await settings.SetAsync(HashSetting, null, cancellationToken);
            File.Delete(path);
            _hash = Hash(configured);
            return null;
        }

        if (await settings.FindAsync(HashSetting, cancellationToken) is { } stored)
        {
            _hash = Convert.FromHexString(stored);
            return null;
        }

        string token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _hash = Hash(token);
        OwnerOnlyFile.Write(path, token + "\n");
        await settings.SetAsync(HashSetting, Convert.ToHexStringLower(_hash), cancellationToken);
        return token;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
