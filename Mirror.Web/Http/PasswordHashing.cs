using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>The framework's hashing of passwords: PBKDF2 with HMAC-SHA512, a salt each, and the parameters beside the hash.</summary>
internal sealed class PasswordHashing : IPasswordHashing
{
    // What OWASP recommends for this function: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    public string Hash(string password) => _hasher.HashPassword(this, password);

    public bool Verify(string hash, string password) =>
        _hasher.VerifyHashedPassword(this, hash, password) != PasswordVerificationResult.Failed;
}
