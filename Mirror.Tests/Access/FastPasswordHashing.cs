using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mirror.Core.Identity;

namespace Mirror.Tests.Access;

/// <summary>
/// The framework's hashing with one iteration, which all test servers use: with the product's 210,000 iterations, a hash takes a tenth of a
/// second of processor time.
/// </summary>
internal sealed class FastPasswordHashing : IPasswordHashing
{
    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));

    public string Hash(string password) => _hasher.HashPassword(this, password);

    public bool Verify(string hash, string password) =>
        _hasher.VerifyHashedPassword(this, hash, password) != PasswordVerificationResult.Failed;
}
