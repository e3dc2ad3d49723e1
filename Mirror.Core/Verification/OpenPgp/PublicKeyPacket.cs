using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// A version 4 primary key or subkey. If its algorithm cannot sign or is not supported, <see cref="Material"/> is null; the key is still
/// part of what the primary key certifies.
/// See https://www.rfc-editor.org/rfc/rfc4880#section-5.5.2.
/// </summary>
internal sealed class PublicKeyPacket
{
    private PublicKeyPacket(byte[] body, DateTimeOffset created, byte algorithm, PublicKeyMaterial? material)
    {
        Created = created;
        Algorithm = algorithm;
        Material = material;
        HashedForm = new byte[3 + body.Length];
        HashedForm[0] = 0x99;
        BinaryPrimitives.WriteUInt16BigEndian(HashedForm.AsSpan(1), (ushort)body.Length);
        body.CopyTo(HashedForm, 3);
        Fingerprint = Convert.ToHexString(Sha1(HashedForm));
    }

    public DateTimeOffset Created { get; }

    public byte Algorithm { get; }

    public PublicKeyMaterial? Material { get; }

    /// <summary>40 upper-case hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The last 16 digits of the fingerprint.</summary>
    public string KeyId => Fingerprint[^16..];

    /// <summary>The form that is hashed for fingerprints and certifications.</summary>
    public byte[] HashedForm { get; }

    /// <exception cref="InvalidDataException">The key is malformed; the message is a clause that says how.</exception>
    public static PublicKeyPacket Parse(byte[] body)
    {
        ReadOnlySpan<byte> rest = body;
        byte version = PacketReader.Take(ref rest, 1)[0];
        if (version != 4)
        {
            throw new InvalidDataException($"is an OpenPGP key of version {version}; expected version 4");
        }

        if (body.Length > ushort.MaxValue)
        {
            throw new InvalidDataException("has a key packet of more than 64 KiB");
        }

        uint created = BinaryPrimitives.ReadUInt32BigEndian(PacketReader.Take(ref rest, 4));
        byte algorithm = PacketReader.Take(ref rest, 1)[0];
        return new PublicKeyPacket(body, DateTimeOffset.FromUnixTimeSeconds(created), algorithm, PublicKeyMaterial.Parse(algorithm, rest));
    }

    [SuppressMessage("Security", "CA5350", Justification = "OpenPGP version 4 defines fingerprints as SHA-1.")]
    private static byte[] Sha1(byte[] bytes) => SHA1.HashData(bytes);
}
