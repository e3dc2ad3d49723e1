using System.ComponentModel.DataAnnotations;
using Mirror.Core.Verification;

namespace Mirror.Core.Hosted;

/// <summary>A key to add to a registry namespace: its public part, or its private part with which this instance signs.</summary>
/// <param name="AsciiArmor">The public key, as <c>gpg --armor --export</c> prints it; null if the private key is given.</param>
/// <param name="PrivateKey">
/// The private key without a passphrase, as <c>gpg --armor --export-secret-keys</c> prints it. It is stored encrypted and never returned.
/// </param>
public sealed record NewPublishingKey(
    [MaxLength(PublishingKeys.MaxArmor)] string? AsciiArmor = null, [MaxLength(OpenPgpSigner.MaxArmor)] string? PrivateKey = null);

/// <param name="Owner">The owner that the key names, such as <c>Acme &lt;releases@example.com&gt;</c>.</param>
public sealed record NewGeneratedKey([MaxLength(PublishingKeys.MaxOwner)] string Owner);

/// <param name="Reason">Shown to users; required to revoke a key.</param>
public sealed record PublishingKeyChange([MaxLength(PublishingKeys.MaxReason)] string? Reason = null);

/// <summary>The keys of a registry namespace.</summary>
/// <param name="Items">Oldest first.</param>
public sealed record PublishingKeyList(IReadOnlyList<PublishingKey> Items);
