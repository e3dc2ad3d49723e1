using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// The algorithm-specific part of a public key, and signature verification over a digest. Together with <see cref="SignatureHash"/> the
/// only code that uses the cryptography library. Sizes are limited, so that no key makes a check expensive.
/// </summary>
internal abstract class PublicKeyMaterial
{
    private const int MinBits = 1024;
    private const int MaxRsaBits = 8192;
    private const int MaxDsaBits = 3072;
    private const int MaxExponentBits = 32;
    private const byte UncompressedPoint = 0x04;
    private const byte NativePoint = 0x40;

    private static readonly Dictionary<string, string> Curves = new()
    {
        ["2A8648CE3D030107"] = "P-256",
        ["2B81040022"] = "P-384",
        ["2B81040023"] = "P-521",
        ["2B8104000A"] = "secp256k1",
        ["2B2403030208010107"] = "brainpoolP256r1",
        ["2B240303020801010B"] = "brainpoolP384r1",
        ["2B240303020801010D"] = "brainpoolP512r1",
    };

    private static readonly byte[] Ed25519Curve = Convert.FromHexString("2B06010401DA470F01");

    /// <summary>For display, such as <c>RSA 4096</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The approximate cost of a check in milliseconds, rounded up; measured with the largest accepted keys.</summary>
    public abstract int CheckCost { get; }

    /// <summary>Null if the algorithm cannot sign or is not supported.</summary>
    /// <param name="algorithm">As numbered in https://www.rfc-editor.org/rfc/rfc9580#section-9.1.</param>
    /// <param name="fields">The rest of the key packet, after the algorithm.</param>
    /// <exception cref="InvalidDataException">The fields are malformed or exceed the limits; the message is a clause.</exception>
    public static PublicKeyMaterial? Parse(byte algorithm, ReadOnlySpan<byte> fields) => algorithm switch
    {
        1 or 3 => new Rsa(ReadInteger(ref fields), ReadInteger(ref fields)),
        17 => new Dsa(ReadInteger(ref fields), ReadInteger(ref fields), ReadInteger(ref fields), ReadInteger(ref fields)),
        19 => Curves.TryGetValue(Convert.ToHexString(ReadCurve(ref fields)), out string? curve)
            ? new EllipticCurve(curve, ReadBytes(ref fields))
            : null,
        22 => ReadCurve(ref fields).SequenceEqual(Ed25519Curve) ? new EdwardsCurve(ReadPoint(ref fields), isLegacy: true) : null,
        27 => new EdwardsCurve(PacketReader.Take(ref fields, Ed25519.PublicKeySize).ToArray(), isLegacy: false),
        _ => null,
    };

    /// <param name="hash">The hash algorithm of the digest.</param>
    /// <param name="digest">The signed digest.</param>
    /// <param name="fields">The signature's own fields.</param>
    [SuppressMessage(
        "Design", "CA1031", Justification = "The library throws many exception types on hostile numbers; all of them mean that the signature is invalid.")]
    public bool Verify(SignatureHash hash, byte[] digest, byte[] fields)
    {
        try
        {
            return IsGood(hash, digest, fields);
        }
        catch (Exception)
        {
            return false;
        }
    }

    protected abstract bool IsGood(SignatureHash hash, byte[] digest, ReadOnlySpan<byte> fields);

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> fields)
    {
        uint bits = BinaryPrimitives.ReadUInt16BigEndian(PacketReader.Take(ref fields, 2));
        return PacketReader.Take(ref fields, (bits + 7) / 8);
    }

    private static BigInteger ReadInteger(ref ReadOnlySpan<byte> fields) => new(1, ReadBytes(ref fields).ToArray());

    private static ReadOnlySpan<byte> ReadCurve(ref ReadOnlySpan<byte> fields) =>
        PacketReader.Take(ref fields, PacketReader.Take(ref fields, 1)[0]);

    private static byte[] ReadPoint(ref ReadOnlySpan<byte> fields)
    {
        var point = ReadBytes(ref fields);
        return point.Length == 1 + Ed25519.PublicKeySize && point[0] == NativePoint
            ? point[1..].ToArray()
            : throw new InvalidDataException("has a malformed Ed25519 point; expected 0x40 and 32 bytes");
    }

    private static void CheckBits(string name, int bits, int min, int max)
    {
        if (bits < min || bits > max)
        {
            throw new InvalidDataException($"has {name} of {bits} bits; expected {min} to {max}");
        }
    }

    /// <summary>The square of the length in units of 1024 bits.</summary>
    private static int Square(int bits) => (int)((long)bits * bits >> 20);

    private sealed class Rsa : PublicKeyMaterial
    {
        private readonly BigInteger _modulus;
        private readonly BigInteger _exponent;

        public Rsa(BigInteger modulus, BigInteger exponent)
        {
            CheckBits("an RSA modulus", modulus.BitLength, MinBits, MaxRsaBits);
            CheckBits("an RSA exponent", exponent.BitLength, 2, MaxExponentBits);
            (_modulus, _exponent) = (modulus, exponent);
        }

        public override string Description => $"RSA {_modulus.BitLength}";

        public override int CheckCost => Square(_modulus.BitLength) / 8 + 1;

        // PKCS #1 v1.5, verified by building the expected block and comparing it as a whole, so that no padding is parsed.
        protected override bool IsGood(SignatureHash hash, byte[] digest, ReadOnlySpan<byte> fields)
        {
            var signature = ReadInteger(ref fields);
            if (signature.CompareTo(_modulus) >= 0)
            {
                return false;
            }

            byte[] expected = new byte[(_modulus.BitLength + 7) / 8];
            expected.AsSpan().Fill(0xff);
            int start = expected.Length - hash.DigestInfo.Length - digest.Length;
            (expected[0], expected[1], expected[start - 1]) = (0, 1, 0);
            hash.DigestInfo.CopyTo(expected, start);
            digest.CopyTo(expected, start + hash.DigestInfo.Length);
            byte[] actual = signature.ModPow(_exponent, _modulus).ToByteArrayUnsigned();
            return expected.AsSpan(expected.Length - actual.Length).SequenceEqual(actual)
                && !expected.AsSpan(0, expected.Length - actual.Length).ContainsAnyExcept((byte)0);
        }
    }

    private sealed class Dsa : PublicKeyMaterial
    {
        private readonly BigInteger _p;
        private readonly BigInteger _q;
        private readonly BigInteger _g;
        private readonly BigInteger _y;

        public Dsa(BigInteger p, BigInteger q, BigInteger g, BigInteger y)
        {
            CheckBits("a DSA modulus", p.BitLength, MinBits, MaxDsaBits);
            CheckBits("a DSA group", q.BitLength, 160, 256);
            (_p, _q, _g, _y) = (p, q, g, y);
        }

        public override string Description => $"DSA {_p.BitLength}";

        // Four exponentiations with exponents as long as the group.
        public override int CheckCost => 5 * Square(_p.BitLength);

        protected override bool IsGood(SignatureHash hash, byte[] digest, ReadOnlySpan<byte> fields)
        {
            if (!IsInGroup(_g) || !IsInGroup(_y))
            {
                return false;
            }

            var signer = new DsaSigner();
            signer.Init(false, new DsaPublicKeyParameters(_y, new DsaParameters(_p, _q, _g)));
            return signer.VerifySignature(digest, ReadInteger(ref fields), ReadInteger(ref fields));
        }

        // With g or y equal to 1, anyone could forge signatures.
        private bool IsInGroup(BigInteger value) =>
            value.CompareTo(BigInteger.Two) >= 0 && value.CompareTo(_p) < 0 && value.ModPow(_q, _p).Equals(BigInteger.One);
    }

    private sealed class EllipticCurve : PublicKeyMaterial
    {
        private readonly string _curve;
        private readonly ECPublicKeyParameters _key;

        [SuppressMessage("Design", "CA1031", Justification = "The library throws several exception types for points that are not on the curve.")]
        public EllipticCurve(string curve, ReadOnlySpan<byte> point)
        {
            _curve = curve;
            X9ECParameters parameters = CustomNamedCurves.GetByName(curve) ?? ECNamedCurveTable.GetByName(curve);
            try
            {
                if (point[0] != UncompressedPoint)
                {
                    throw new InvalidDataException("the point is compressed");
                }

                _key = new ECPublicKeyParameters(parameters.Curve.DecodePoint(point.ToArray()), new ECDomainParameters(parameters));
            }
            catch (Exception exception)
            {
                throw new InvalidDataException($"has a point that is not on the curve {curve}", exception);
            }
        }

        public override string Description => $"ECDSA {_curve}";

        public override int CheckCost => Square(8 * _key.Parameters.Curve.FieldSize);

        protected override bool IsGood(SignatureHash hash, byte[] digest, ReadOnlySpan<byte> fields)
        {
            var signer = new ECDsaSigner();
            signer.Init(false, _key);
            return signer.VerifySignature(digest, ReadInteger(ref fields), ReadInteger(ref fields));
        }
    }

    private sealed class EdwardsCurve(byte[] point, bool isLegacy) : PublicKeyMaterial
    {
        public override string Description => "Ed25519";

        public override int CheckCost => 1;

        protected override bool IsGood(SignatureHash hash, byte[] digest, ReadOnlySpan<byte> fields)
        {
            byte[] signature = new byte[Ed25519.SignatureSize];
            if (isLegacy)
            {
                // Each half may have lost its leading zeros.
                CopyToEnd(ReadBytes(ref fields), signature.AsSpan(0, Ed25519.SignatureSize / 2));
                CopyToEnd(ReadBytes(ref fields), signature.AsSpan(Ed25519.SignatureSize / 2));
            }
            else
            {
                PacketReader.Take(ref fields, Ed25519.SignatureSize).CopyTo(signature);
            }

            return Ed25519.Verify(signature, 0, point, 0, digest, 0, digest.Length);
        }

        private static void CopyToEnd(ReadOnlySpan<byte> half, Span<byte> target) => half.CopyTo(target[(target.Length - half.Length)..]);
    }
}
