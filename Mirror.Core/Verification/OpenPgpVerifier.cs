using System.Globalization;
using Mirror.Core.Verification.OpenPgp;

namespace Mirror.Core.Verification;

/// <summary>
/// Verifies a publisher's detached OpenPGP signature as Terraform does: binary signatures, RSA, DSA, ECDSA and Ed25519, signing
/// subkeys, expired keys accepted. Unlike in Terraform, an unreadable key does not prevent later keys from being tried. Revoked keys and
/// signatures over SHA-1 or MD5 are rejected. Hostile input results in a fault, never in an exception.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#signing_keys.
/// </summary>
public sealed class OpenPgpVerifier(TimeProvider time)
{
    /// <summary>In bytes.</summary>
    public const int MaxSignatureLength = 64 * 1024;
    private const int MaxSignatures = 16;
    /// <summary>The maximum number of keys that are tried.</summary>
    public const int MaxKeys = 64;

    private static readonly SignatureFault[] MostTellingFirst =
        [SignatureFault.RevokedKey, SignatureFault.BadSignature, SignatureFault.UnknownKey];

    /// <param name="document">The signed bytes, such as a SHA256SUMS document.</param>
    /// <param name="signature">The detached signature's file.</param>
    /// <param name="armoredKeys">The keys that the registry offers, each ASCII-armored, in its order.</param>
    public SignatureResult Verify(byte[] document, byte[] signature, IReadOnlyList<string> armoredKeys)
    {
        if (armoredKeys.Count == 0)
        {
            return new SignatureResult.Invalid(SignatureFault.NoKeys, "The registry offers no signing keys; expected at least one.");
        }

        if (ReadSignatures(signature, out var signatures) is { } fault)
        {
            return fault;
        }

        var search = new Search(document, signatures, time.GetUtcNow());
        for (int i = 0; i < Math.Min(armoredKeys.Count, MaxKeys); i++)
        {
            if (search.Try(i, armoredKeys[i]) is { } valid)
            {
                return valid;
            }
        }

        return search.Fail();
    }

    private static SignatureResult.Invalid? ReadSignatures(byte[] bytes, out List<SignaturePacket> signatures)
    {
        signatures = [];
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("-----BEGIN "u8))
        {
            return new(SignatureFault.ArmoredSignature, "The signature is ASCII-armored text; clients expect a binary signature.");
        }

        if (bytes.Length is 0 or > MaxSignatureLength)
        {
            return new(
                SignatureFault.MalformedSignature,
                string.Create(
                    CultureInfo.InvariantCulture, $"The signature has {bytes.Length} bytes; expected 1 to {MaxSignatureLength}."));
        }

        try
        {
            foreach (Packet packet in PacketReader.ReadAll(bytes))
            {
                if (packet.Tag is PacketTag.Marker or PacketTag.Padding)
                {
                    continue;
                }

                if (packet.Tag != PacketTag.Signature || signatures.Count == MaxSignatures)
                {
                    throw new InvalidDataException(packet.Tag == PacketTag.Signature
                        ? $"contains more than {MaxSignatures} signatures"
                        : $"contains an OpenPGP packet of type {(int)packet.Tag} where a signature was expected");
                }

                signatures.Add(SignaturePacket.Parse(packet.Body));
            }
        }
        catch (InvalidDataException exception)
        {
            return new(SignatureFault.MalformedSignature, $"The signature {exception.Message}.");
        }

        return FindUsable(signatures);
    }

    // A file may contain several signatures; one usable signature is enough.
    private static SignatureResult.Invalid? FindUsable(List<SignaturePacket> signatures)
    {
        string? reason = null;
        foreach (var signature in signatures)
        {
            reason ??= Objection(signature);
        }

        signatures.RemoveAll(signature => Objection(signature) is not null);
        if (signatures.Count == 0)
        {
            return reason is null
                ? new(SignatureFault.MalformedSignature, "The signature file contains no signature.")
                : new(SignatureFault.UnsupportedSignature, $"The signature {reason}.");
        }

        signatures.RemoveAll(signature => signature.Issuer.Length == 0);
        return signatures.Count == 0
            ? new(SignatureFault.MalformedSignature, "The signature does not name the key that made it.")
            : null;
    }

    private static string? Objection(SignaturePacket signature)
    {
        if (signature.Unsupported is { } unsupported)
        {
            return unsupported;
        }

        if (signature.Type != SignatureType.Binary)
        {
            return $"is of type 0x{signature.Type:x2}; expected 0x00, a signature over a binary document";
        }

        return signature.Hash!.IsWeak
            ? $"uses {signature.Hash.Name}, which is broken; expected SHA-256, SHA-384, SHA-512 or SHA-224"
            : null;
    }

    /// <summary>One pass over the offered keys and the problems found.</summary>
    private sealed class Search(byte[] document, List<SignaturePacket> signatures, DateTimeOffset now)
    {
        private readonly CheckBudget _budget = new();
        private readonly List<string> _unreadable = [];
        private readonly List<string> _offered = [];
        private readonly Dictionary<SignatureFault, string> _faults = [];

        public SignatureResult.Valid? Try(int index, string armor)
        {
            try
            {
                foreach (var certificate in Certificate.ParseAll(ArmoredBlock.DecodePublicKey(armor ?? ""), _budget, now))
                {
                    _offered.Add(certificate.Primary.KeyId);
                    if (Try(index, certificate) is { } valid)
                    {
                        return valid;
                    }
                }
            }
            catch (InvalidDataException exception)
            {
                _unreadable.Add(string.Create(CultureInfo.InvariantCulture, $"Offered key {index + 1} {exception.Message}."));
            }

            return null;
        }

        public SignatureResult.Invalid Fail()
        {
            if (_offered.Count == 0)
            {
                return new(SignatureFault.MalformedKey, string.Join(' ', _unreadable));
            }

            string issuers = string.Join(", ", signatures.Select(signature => signature.Issuer));
            _faults[SignatureFault.UnknownKey] =
                $"The signature was made by key {issuers}; expected one of the offered keys: {string.Join(", ", _offered)}.";
            SignatureFault fault = Array.Find(MostTellingFirst, _faults.ContainsKey);
            return new(fault, string.Join(' ', [_faults[fault], .. _unreadable]))
            {
                Issuers = fault == SignatureFault.UnknownKey ? [.. signatures.Select(signature => signature.Issuer)] : [],
            };
        }

        private SignatureResult.Valid? Try(int index, Certificate certificate)
        {
            foreach (var signature in signatures)
            {
                if (certificate.FindSigner(signature) is not var (key, subkey))
                {
                    continue;
                }

                if (!certificate.IsGood(key, signature, document))
                {
                    _faults[SignatureFault.BadSignature] =
                        $"Key {key.Fingerprint} ({certificate.Owner.Text}) did not sign this document: the document or the signature was modified.";
                }
                else if (certificate.IsRevoked || subkey is { IsRevoked: true })
                {
                    _faults[SignatureFault.RevokedKey] =
                        $"Key {key.Fingerprint} ({certificate.Owner.Text}) was revoked by its owner; its signatures are no longer accepted.";
                }
                else
                {
                    bool isExpired = certificate.Expires <= now || subkey?.Expires <= now || signature.Created + signature.Lifetime <= now;
                    return new(SigningKey.From(certificate), key.Fingerprint, index, signature.Created!.Value, isExpired, _unreadable);
                }
            }

            return null;
        }
    }
}
