using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;
using Mirror.Core.Verification;

namespace Mirror.Core.Hosted;

public enum PublishingKeyOutcome
{
    Changed,
    NotFound,

    /// <summary>The key is in that state already, or it is revoked, which is final.</summary>
    Unchanged,
}

/// <summary>Adds, retires and revokes the keys of registry namespaces, and signs with those whose private part is stored here.</summary>
public sealed class PublishingKeys(
    IDbContextFactory<MirrorDbContext> databases,
    RegistryNamespaces registry,
    OwnHostnames hostnames,
    SecretBox secrets,
    OpenPgpVerifier verifier,
    CatalogChanges changes,
    TimeProvider time)
{
    /// <summary>The maximum length of an armored public key, in characters.</summary>
    public const int MaxArmor = 128 * 1024;

    /// <summary>In characters.</summary>
    public const int MaxOwner = 200;

    /// <summary>In characters.</summary>
    public const int MaxReason = 500;

    /// <summary>The maximum number of keys of a registry namespace, in any state: clients and verifications try them in turn.</summary>
    public const int MaxKeys = OpenPgpVerifier.MaxKeys;

    private const int GeneratedBits = 3072;

    /// <returns>The key, or the reason why it is refused, as a sentence.</returns>
    public Task<Outcome<PublishingKey>> AddAsync(
        RegistryNamespace target, string asciiArmor, Principal by, CancellationToken cancellationToken) =>
        AddAsync(target, asciiArmor, null, "signing-key.add", by, cancellationToken);

    /// <summary>Adds a key with its private part, or the private part to an active key without one.</summary>
    /// <param name="privateKey">Armored, without a passphrase.</param>
    /// <returns>The key, or the reason why it is refused, as a sentence.</returns>
    public Task<Outcome<PublishingKey>> AddPrivateAsync(
        RegistryNamespace target, string privateKey, Principal by, CancellationToken cancellationToken) =>
        OpenPgpSigner.TryParse(Encoding.ASCII.GetBytes(privateKey), out var signer, out string? refusal)
            ? AddAsync(target, signer.ArmoredPublicKey, signer, "signing-key.add", by, cancellationToken)
            : Task.FromResult<Outcome<PublishingKey>>(Invalid($"The private key {refusal}."));

    /// <summary>Creates a key pair whose private part only this instance has.</summary>
    public Task<Outcome<PublishingKey>> GenerateAsync(
        RegistryNamespace target, string owner, Principal by, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(owner) || owner.Any(char.IsControl))
        {
            return Task.FromResult<Outcome<PublishingKey>>(
                Invalid("owner: expected a name, such as 'Acme <releases@example.com>', without control characters."));
        }

        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var signer = OpenPgpSigner.Generate(owner, now, bits: GeneratedBits);
        return AddAsync(target, signer.ArmoredPublicKey, signer, "signing-key.generate", by, cancellationToken);
    }

    /// <summary>Ends the use of a key for new versions; what it signed stays available.</summary>
    public Task<PublishingKeyOutcome> RetireAsync(
        RegistryNamespace target, string fingerprint, string? reason, Principal by, CancellationToken cancellationToken) =>
        ChangeAsync(target, fingerprint, PublishingKeyState.Retired, reason, by, cancellationToken);

    /// <summary>Withholds everything that a key signed. This is final.</summary>
    public Task<PublishingKeyOutcome> RevokeAsync(
        RegistryNamespace target, string fingerprint, string reason, Principal by, CancellationToken cancellationToken) =>
        ChangeAsync(target, fingerprint, PublishingKeyState.Revoked, reason, by, cancellationToken);

    /// <summary>Checks in the caller's transaction that a key may still sign new versions.</summary>
    /// <exception cref="PublishingKeyInactiveException">It has been retired, revoked or deleted.</exception>
    internal static async Task RequireActiveAsync(
        MirrorDbContext db, RegistryNamespace target, PublishingKey key, CancellationToken cancellationToken)
    {
        var now = await db.PublishingKeys
            .Where(row => row.NamespaceId == target.Id && row.Fingerprint == key.Fingerprint)
            .Select(row => new { row.State, row.Reason })
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (now?.State != PublishingKeyState.Active)
        {
            throw new PublishingKeyInactiveException(key with { State = now?.State ?? PublishingKeyState.Retired, Reason = now?.Reason });
        }
    }

    /// <summary>The newest active key whose private part is stored here.</summary>
    public async Task<Outcome<OpenPgpSigner>> FindSignerAsync(RegistryNamespace target, CancellationToken cancellationToken)
    {
        if (target.SigningKey is not { } key)
        {
            return new Failure(FailureKind.NotFound, $"'{target.Name}' has no active key whose private part is stored here.");
        }

        await using var db = databases.CreateDbContext();
        byte[]? secret = await db.PublishingKeys
            .Where(row => row.NamespaceId == target.Id && row.Fingerprint == key.Fingerprint && row.State == PublishingKeyState.Active)
            .Select(row => row.Secret)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return secret is not null
                && OpenPgpSigner.TryParse(
                    await secrets.DecryptAsync(Purpose(target, key.Fingerprint), secret, cancellationToken).ConfigureAwait(false),
                    out var signer,
                    out _)
                ? signer
                : new Failure(FailureKind.Storage, $"The key {key.Fingerprint} of '{target.Name}' has just been changed. Try again.");
        }
        catch (UnreadableSecretException e)
        {
            return new Failure(FailureKind.Storage, e.Message);
        }
    }

    private async Task<Outcome<PublishingKey>> AddAsync(
        RegistryNamespace target,
        string asciiArmor,
        OpenPgpSigner? signer,
        string action,
        Principal by,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Refuse(asciiArmor, signer, now, out var key) is { } refusal)
        {
            return refusal;
        }

        byte[]? secret = signer is null
            ? null
            : await secrets.EncryptAsync(Purpose(target, key!.Fingerprint), signer.Export(), cancellationToken).ConfigureAwait(false);
        var refused = await databases.RetryAsync(async db =>
        {
            var rows = await db.PublishingKeys.Where(row => row.NamespaceId == target.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
            var known = rows.Find(row => row.Fingerprint == key!.Fingerprint);
            if (known is { State: PublishingKeyState.Active } && signer is not null)
            {
                return await AttachAsync(db, target, known, signer, secret!, by, cancellationToken).ConfigureAwait(false);
            }

            if (known is not null)
            {
                return Conflict($"'{target.Name}' already has the key {key!.Fingerprint}, which is {Word(known.State)}.");
            }

            if (rows.Count >= MaxKeys)
            {
                return Conflict($"'{target.Name}' has {MaxKeys} keys, which is the maximum.");
            }

            db.PublishingKeys.Add(new PublishingKeyRow
            {
                NamespaceId = target.Id,
                Fingerprint = key!.Fingerprint,
                AsciiArmor = asciiArmor,
                Owner = key.UserId,
                Algorithm = key.Algorithm,
                Secret = secret,
                AddedAt = now,
                AddedBy = by.Name,
            });
            db.Audit.Add(Event(target, action, $"{key.Fingerprint} ({key.UserId})", by));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
        if (refused is not null)
        {
            return refused;
        }

        registry.Invalidate();
        return (await registry.FindAsync(target.Name, cancellationToken).ConfigureAwait(false))?.Keys
            .FirstOrDefault(added => added.Fingerprint == key!.Fingerprint) is { } found
            ? found
            : Conflict($"The registry namespace '{target.Name}' has just been deleted.");
    }

    /// <summary>Adds the private part to a key; nothing to do if it is stored already.</summary>
    /// <returns>Null, or why it is refused.</returns>
    private async Task<Failure?> AttachAsync(
        MirrorDbContext db,
        RegistryNamespace target,
        PublishingKeyRow known,
        OpenPgpSigner signer,
        byte[] secret,
        Principal by,
        CancellationToken cancellationToken)
    {
        if (known.Secret is not null)
        {
            return null;
        }

        // Clients get the public key that was added first, which may not contain a signing subkey made later.
        byte[] probe = "probe"u8.ToArray();
        if (verifier.Verify(probe, signer.Sign(probe, time.GetUtcNow()), [known.AsciiArmor]) is SignatureResult.Invalid)
        {
            return Conflict(
                $"The public key {known.Fingerprint} of '{target.Name}' does not contain the subkey with which the private key signs. Use a new key.");
        }

        known.Secret = secret;
        db.Audit.Add(Event(target, "signing-key.add", $"the private part of {known.Fingerprint} ({known.Owner})", by));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Checks what clients and this server need of a key: it is readable, valid and, if it signs here, verifies.</summary>
    private Failure? Refuse(string asciiArmor, OpenPgpSigner? signer, DateTimeOffset now, out SigningKey? key)
    {
        if (!SigningKey.TryParse(asciiArmor, now, out key, out string? refusal))
        {
            return Invalid($"The key {refusal}.");
        }

        if (key.IsRevoked)
        {
            return Invalid($"The key {key.Fingerprint} ({key.UserId}) was revoked by its owner.");
        }

        if (key.IsExpiredAt(now))
        {
            return Invalid($"The key {key.Fingerprint} ({key.UserId}) expired on {key.Expires:yyyy-MM-dd}. Extend it, or add another key.");
        }

        // Clients verify with the public part, so a signature that does not verify with it is worthless.
        byte[] probe = "probe"u8.ToArray();
        return signer is not null && verifier.Verify(probe, signer.Sign(probe, now), [asciiArmor]) is SignatureResult.Invalid fault
            ? Invalid($"The private key makes signatures that clients refuse: {fault.Message}")
            : null;
    }

    private async Task<PublishingKeyOutcome> ChangeAsync(
        RegistryNamespace target,
        string fingerprint,
        PublishingKeyState state,
        string? reason,
        Principal by,
        CancellationToken cancellationToken)
    {
        var outcome = await databases.RetryAsync(async db =>
        {
            var row = await db.PublishingKeys
                .SingleOrDefaultAsync(row => row.NamespaceId == target.Id && row.Fingerprint == fingerprint, cancellationToken)
                .ConfigureAwait(false);
            if (row is null)
            {
                return PublishingKeyOutcome.NotFound;
            }

            if (row.State >= state)
            {
                return PublishingKeyOutcome.Unchanged;
            }

            (row.State, row.ChangedAt, row.Reason) = (state, time.GetUtcNow(), reason);
            string action = state == PublishingKeyState.Retired ? "signing-key.retire" : "signing-key.revoke";
            db.Audit.Add(Event(target, action, reason is null ? fingerprint : $"{fingerprint}: {reason}", by));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return PublishingKeyOutcome.Changed;
        }).ConfigureAwait(false);
        if (outcome == PublishingKeyOutcome.Changed)
        {
            registry.Invalidate();
            await PublishChangesAsync(target, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <summary>Refreshes the pages and documents of all providers in the namespace.</summary>
    private async Task PublishChangesAsync(RegistryNamespace target, CancellationToken cancellationToken)
    {
        string? hostname = hostnames.Current?.Value;
        await using var db = databases.CreateDbContext();
        var types = await db.Providers
            .Where(row => row.RootGroupId == target.RootGroupId && row.Hostname == hostname && row.Namespace == target.Name)
            .Select(row => row.Type)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (string type in types)
        {
            changes.Publish(new CatalogChange(target.RootGroupId, CatalogReader.Address(hostname!, target.Name, type)) { LeavesPackages = true });
        }
    }

    private static string Word(PublishingKeyState state) => state.ToString().ToLowerInvariant();

    /// <summary>Names change; the id of a registry namespace does not.</summary>
    private static string Purpose(RegistryNamespace target, string fingerprint) => $"publishing-key/{target.Id}/{fingerprint}";

    private static Failure Invalid(string message) => new(FailureKind.Rejected, message);

    private static Failure Conflict(string message) => new(FailureKind.Conflict, message);

    private AuditRow Event(RegistryNamespace target, string action, string detail, Principal by) =>
        new(time.GetUtcNow(), action, by) { RootGroupId = target.RootGroupId, Target = target.Name, Detail = detail };
}

/// <summary>A key was retired or revoked while a version that it signed was being published.</summary>
internal sealed class PublishingKeyInactiveException(PublishingKey key) : Exception($"The key {key.Fingerprint} is not active any more.")
{
    /// <summary>With its current state.</summary>
    public PublishingKey Key { get; } = key;
}
