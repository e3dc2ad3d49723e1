using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>What somebody has agreed to, and how whoever comes for it proves to be the one who asked.</summary>
/// <param name="Challenge">Base64url of the SHA-256 of a secret that only the asking program knows.</param>
/// <param name="RedirectUri">Where the code was sent.</param>
public sealed record LoginGrant(long PrincipalId, string Challenge, string RedirectUri, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// Whether the secret is the one that the challenge was made of (https://www.rfc-editor.org/rfc/rfc7636#section-4.6).
    /// </summary>
    public bool IsProvenBy(string verifier) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)))),
        Encoding.ASCII.GetBytes(Challenge));
}

/// <summary>
/// The codes that a program gets for its user's consent, and exchanges for a token: each once, within a minute, on whichever
/// replica. Only a hash of a code is kept.
/// </summary>
public sealed class LoginCodes(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const string Setting = "login-code:";

    public Task<string> CreateAsync(long principalId, string challenge, string redirectUri, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var now = time.GetUtcNow();
        var rows = await db.Settings.Where(row => row.Name.StartsWith(Setting)).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (Read(row.Value).ExpiresAt is var end && !StoredLifetime.Holds(end - Lifetime, end, now))
            {
                db.Settings.Remove(row);
            }
        }

        string code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        string grant = JsonSerializer.Serialize(new LoginGrant(principalId, challenge, redirectUri, now + Lifetime));
        db.Settings.Add(new SettingRow { Name = NameOf(code), Value = grant });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return code;
    });

    /// <summary>What the code stands for; it stands for nothing afterwards. Null where it never did, or no longer does.</summary>
    public async Task<LoginGrant?> TakeAsync(string code, CancellationToken cancellationToken)
    {
        string name = NameOf(code);
        await using var db = databases.CreateDbContext();
        string? value = await db.Settings.Where(row => row.Name == name)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        // Of two that come at once, only one has deleted it.
        if (value is null
            || await db.Settings.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) == 0)
        {
            return null;
        }

        var grant = Read(value);
        return StoredLifetime.Holds(grant.ExpiresAt - Lifetime, grant.ExpiresAt, time.GetUtcNow()) ? grant : null;
    }

    private static LoginGrant Read(string value) => JsonSerializer.Deserialize<LoginGrant>(value)!;

    private static string NameOf(string code) => Setting + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
