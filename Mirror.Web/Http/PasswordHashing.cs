using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>The framework's password hashing: PBKDF2 with HMAC-SHA512 and a salt; the hash contains its parameters.</summary>
internal sealed class PasswordHashing : IPasswordHashing
{
    // The OWASP recommendation: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    public string Hash(string password) => _hasher.HashPassword(this, password);

    public bool Verify(string hash, string password) =>
        _hasher.VerifyHashedPassword(this, hash, password) != PasswordVerificationResult.Failed;
}
