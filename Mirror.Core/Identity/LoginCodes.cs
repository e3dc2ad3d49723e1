using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A user's consent, and the challenge that the requesting program must prove to know.</summary>
/// <param name="ClientId">The requesting program.</param>
/// <param name="Challenge">The SHA-256 of a secret known only to the requesting program, in base64url.</param>
/// <param name="RedirectUri">The address that the code was sent to.</param>
public sealed record LoginGrant(long PrincipalId, string ClientId, string Challenge, string RedirectUri, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// Whether the verifier matches the challenge (https://www.rfc-editor.org/rfc/rfc7636#section-4.6).
    /// </summary>
    public bool IsProvenBy(string verifier) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)))),
        Encoding.ASCII.GetBytes(Challenge));
}

/// <summary>
/// Codes that a program gets after its user's consent and exchanges for a token: once, within a minute, on any replica. Only hashes of
/// codes are stored.
/// </summary>
public sealed class LoginCodes(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const string Setting = "login-code:";

    public Task<string> CreateAsync(
        long principalId, string clientId, string challenge, string redirectUri, CancellationToken cancellationToken) =>
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
        string grant = JsonSerializer.Serialize(new LoginGrant(principalId, clientId, challenge, redirectUri, now + Lifetime));
        db.Settings.Add(new SettingRow { Name = NameOf(code), Value = grant });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return code;
    });

    /// <summary>Redeems a code, which is invalid afterwards. Null if the code is unknown or expired.</summary>
    public async Task<LoginGrant?> TakeAsync(string code, CancellationToken cancellationToken)
    {
        string name = NameOf(code);
        await using var db = databases.CreateDbContext();
        string? value = await db.Settings.Where(row => row.Name == name)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        // Of two concurrent requests, only one deletes the code.
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
