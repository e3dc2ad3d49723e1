using System.Buffers.Binary;
using Mirror.Web.Http;

namespace Mirror.Tests.Access;

/// <summary>The password hashing of the product. The other tests use a faster one.</summary>
public sealed class PasswordHashingTests
{
    private const string Password = "through the looking glass";

    private readonly PasswordHashing _hashing = new();

    [Fact]
    public void Hash_OfTheSamePassword_HasItsOwnSaltAndMatchesOnlyThatPassword()
    {
        string hash = _hashing.Hash(Password);

        Assert.NotEqual(hash, _hashing.Hash(Password));
        Assert.Equal((true, false), (_hashing.Verify(hash, Password), _hashing.Verify(hash, Password + " ")));
    }

    /// <summary>In format 1 of the framework, the function and the iteration count follow the marker, big-endian.</summary>
    [Fact]
    public void Hash_OfAPassword_ContainsTheIterationCountThatOwaspRecommends()
    {
        byte[] hash = Convert.FromBase64String(_hashing.Hash(Password));

        Assert.Equal(
            (1, 2u, 210_000u),
            (hash[0], BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5))));
    }
}
