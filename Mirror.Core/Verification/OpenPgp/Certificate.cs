using System.Text;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// A public key and its owner's statements about it: user ids, subkeys, expiry and revocation, each proved by a signature of the primary
/// key. Third-party certifications are ignored. A self-signature that does not verify makes the whole key malformed, as it does for
/// clients (github.com/ProtonMail/go-crypto, openpgp.ReadEntity).
/// See https://www.rfc-editor.org/rfc/rfc4880#section-11.1.
/// </summary>
internal sealed class Certificate
{
    private readonly List<Subkey> _subkeys = [];
    private readonly List<SignaturePacket> _direct = [];
    private readonly List<List<SignaturePacket>> _certifications = [];
    private readonly CheckBudget _budget;
    private readonly DateTimeOffset _now;

    private Certificate(PublicKeyPacket primary, CheckBudget budget, DateTimeOffset now) =>
        (Primary, _budget, _now) = (primary, budget, now);

    public PublicKeyPacket Primary { get; }

    /// <summary>The user id marked as primary, else the newest; not a revoked one if there is another.</summary>
    public UserId Owner { get; private set; } = null!;

    public bool IsRevoked { get; private set; }

    public DateTimeOffset? Expires => Primary.Created + KeyExpiry.OfPrimary(Primary, _direct, _certifications, _now);

    public IReadOnlyList<Subkey> Subkeys => _subkeys;

    /// <summary>Every valid key of a block, in order.</summary>
    /// <param name="now">The time at which self-signatures that have an expiry count or not.</param>
    /// <exception cref="InvalidDataException">No key is valid; the message is a clause about the last one.</exception>
    public static List<Certificate> ParseAll(byte[] block, CheckBudget budget, DateTimeOffset now)
    {
        var packets = PacketReader.ReadAll(block).FindAll(packet => packet.Tag is not (PacketTag.Marker or PacketTag.Padding));
        var certificates = new List<Certificate>();
        InvalidDataException fault = new("contains no key");
        if (packets.Count > 0 && packets[0].Tag != PacketTag.PublicKey)
        {
            string what = packets[0].Tag == PacketTag.SecretKey ? "a secret key" : $"an OpenPGP packet of type {(int)packets[0].Tag}";
            throw new InvalidDataException($"begins with {what}; expected a public key");
        }

        for (int start = 0; start < packets.Count;)
        {
            int next = packets.FindIndex(start + 1, packet => packet.Tag == PacketTag.PublicKey);
            int end = next < 0 ? packets.Count : next;
            try
            {
                certificates.Add(Parse(packets[start..end], budget, now));
            }
            catch (InvalidDataException exception)
            {
                fault = exception;
            }

            start = end;
        }

        return certificates.Count > 0 ? certificates : throw fault;
    }

    /// <summary>The primary key or subkey that a signature names as its issuer, if it is allowed to sign.</summary>
    public (PublicKeyPacket Key, Subkey? Subkey)? FindSigner(SignaturePacket signature)
    {
        if (signature.IsIssuedBy(Primary))
        {
            return Owner.SelfSignature.MaySign == false ? null : (Primary, null);
        }

        Subkey? subkey = _subkeys.Find(candidate => candidate.MaySign && signature.IsIssuedBy(candidate.Key));
        return subkey is null ? null : (subkey.Key, subkey);
    }

    /// <summary>Whether the primary key or subkey made the signature over the data.</summary>
    /// <exception cref="InvalidDataException">The check budget is exhausted; the message is a clause.</exception>
    public bool IsGood(PublicKeyPacket key, SignaturePacket signature, params ReadOnlySpan<byte[]> data)
    {
        if (key.Material is null || signature.Hash is null || signature.Unsupported is not null || signature.Algorithm != key.Algorithm)
        {
            return false;
        }

        _budget.Spend(key, data);
        byte[] digest = signature.Hash.Compute(signature.HashedPart, data);
        return digest.AsSpan().StartsWith(signature.DigestStart) && key.Material.Verify(signature.Hash, digest, signature.Fields);
    }

    private static Certificate Parse(List<Packet> packets, CheckBudget budget, DateTimeOffset now)
    {
        var certificate = new Certificate(PublicKeyPacket.Parse(packets[0].Body), budget, now);
        if (certificate.Primary.Material is null)
        {
            throw new InvalidDataException(
                $"uses public key algorithm {certificate.Primary.Algorithm}, which cannot sign or is not supported; expected RSA, DSA, ECDSA or Ed25519");
        }

        var userIds = new List<UserId>();
        for (int i = 0; i < packets.Count;)
        {
            Packet subject = packets[i++];
            var signatures = new List<SignaturePacket>();
            for (; i < packets.Count && packets[i].Tag == PacketTag.Signature; i++)
            {
                signatures.Add(SignaturePacket.Parse(packets[i].Body));
            }

            certificate.Read(subject, signatures, userIds);
        }

        certificate.Owner = userIds.OrderBy(id => id.IsRevoked).ThenByDescending(id => id.SelfSignature.IsPrimaryUserId)
            .ThenByDescending(id => id.SelfSignature.Created).FirstOrDefault()
            ?? throw new InvalidDataException("has no self-signed user id");
        certificate.IsRevoked |= certificate.Owner.IsRevoked;
        return certificate;
    }

    private void Read(Packet subject, List<SignaturePacket> signatures, List<UserId> userIds)
    {
        switch (subject.Tag)
        {
            case PacketTag.PublicKey:
                IsRevoked = signatures.Exists(signature => signature.Type == SignatureType.KeyRevocation && CheckRevocation(signature));
                _direct.AddRange(signatures.Where(signature =>
                    signature.Type == SignatureType.DirectKey && IsOwn(signature) && IsGood(Primary, signature, Primary.HashedForm)));
                break;
            case PacketTag.UserId when ReadUserId(subject.Body, signatures) is { } userId:
                userIds.Add(userId);
                break;
            case PacketTag.PublicSubkey when ReadSubkey(subject.Body, signatures) is { } subkey:
                _subkeys.Add(subkey);
                break;
        }
    }

    // A revocation that cannot be checked, such as one by another key, must not be ignored.
    private bool CheckRevocation(SignaturePacket signature) =>
        IsGood(Primary, signature, Primary.HashedForm)
            ? true
            : throw new InvalidDataException("has a revocation that cannot be verified");

    private UserId? ReadUserId(byte[] name, List<SignaturePacket> signatures)
    {
        byte[] hashedForm = [0xb4, 0, 0, (byte)(name.Length >> 8), (byte)name.Length, .. name];
        if (name.Length > ushort.MaxValue)
        {
            throw new InvalidDataException("has a user id of more than 64 KiB");
        }

        string text = DisplayText.Clean(Encoding.UTF8.GetString(name));
        SignaturePacket? newest = null;
        bool isRevoked = false;
        var own = new List<SignaturePacket>();
        foreach (var signature in signatures.Where(IsOwn))
        {
            bool isRevocation = signature.Type == SignatureType.CertificationRevocation;
            if (!isRevocation && signature.Type is < SignatureType.GenericCertification or > SignatureType.PositiveCertification)
            {
                continue;
            }

            if (!IsGood(Primary, signature, Primary.HashedForm, hashedForm))
            {
                throw new InvalidDataException($"has a self-signature over the user id '{text}' that does not verify");
            }

            own.Add(signature);
            isRevoked |= isRevocation;
            newest = isRevocation || signature.Created <= newest?.Created ? newest : signature;
        }

        _certifications.Add(own);
        return newest is null ? null : new UserId(text, newest, isRevoked);
    }

    private Subkey? ReadSubkey(byte[] body, List<SignaturePacket> signatures)
    {
        // Subkeys of other versions are irrelevant to a version 4 key.
        if (body is not [4, ..])
        {
            return null;
        }

        var key = PublicKeyPacket.Parse(body);
        SignaturePacket? binding = null;
        bool isRevoked = false;
        var bindings = new List<SignaturePacket>();
        foreach (var signature in signatures.Where(signature =>
            IsOwn(signature) && signature.Type is SignatureType.SubkeyBinding or SignatureType.SubkeyRevocation))
        {
            if (!IsGood(Primary, signature, Primary.HashedForm, key.HashedForm))
            {
                throw new InvalidDataException($"has a signature over the subkey {key.Fingerprint} that does not verify");
            }

            bindings.Add(signature);
            isRevoked |= signature.Type == SignatureType.SubkeyRevocation;
            binding = signature.Type == SignatureType.SubkeyRevocation || signature.Created <= binding?.Created ? binding : signature;
        }

        return binding is null ? null : new Subkey(key, KeyExpiry.OfSubkey(Primary, bindings, _now), isRevoked, MaySign(key, binding));
    }

    // A signing subkey must itself sign its binding to this key; otherwise an attacker could claim another owner's subkey.
    private bool MaySign(PublicKeyPacket key, SignaturePacket binding)
    {
        if (key.Material is null || binding.MaySign == false || (binding.MaySign is null && binding.Embedded is null))
        {
            return false;
        }

        return binding.Embedded is { Type: SignatureType.PrimaryKeyBinding } agreement
            && IsGood(key, agreement, Primary.HashedForm, key.HashedForm)
            ? true
            : throw new InvalidDataException($"has a signing subkey {key.Fingerprint} without its own signature that binds it to the key");
    }

    // A signature of an unknown kind is ignored unless it is a revocation.
    private bool IsOwn(SignaturePacket signature) =>
        signature.IsIssuedBy(Primary)
        && (signature.Unsupported is null || signature.Type is SignatureType.CertificationRevocation or SignatureType.SubkeyRevocation);

    /// <param name="Text">Sanitized for display.</param>
    /// <param name="SelfSignature">The newest certification by the primary key.</param>
    /// <param name="IsRevoked">The primary key revoked the user id.</param>
    internal sealed record UserId(string Text, SignaturePacket SelfSignature, bool IsRevoked);

    internal sealed record Subkey(PublicKeyPacket Key, TimeSpan? Lifetime, bool IsRevoked, bool MaySign)
    {
        public DateTimeOffset? Expires => Key.Created + Lifetime;
    }
}
