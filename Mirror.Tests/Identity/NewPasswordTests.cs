using Mirror.Core.Access;
using Mirror.Core.Identity;

namespace Mirror.Tests.Identity;

/// <summary>New passwords, and the proof that a login code is exchanged by the program that requested it.</summary>
public sealed class NewPasswordTests
{
    [Theory]
    [InlineData("abcdefghij", null)]
    [InlineData("abcdabcdab", null)]
    [InlineData("abcdefghi", "The password has 9 characters; expected at least 10.")]
    [InlineData("", "The password has 0 characters; expected at least 10.")]
    [InlineData(null, "The password has 0 characters; expected at least 10.")]
    [InlineData("abcabcabca", "The password repeats the same few characters; expected at least 4 different ones.")]
    [InlineData("alice@example.com", "The password is the user name; expected another one.")]
    [InlineData("ALICE@example.com", "The password is the user name; expected another one.")]
    [InlineData("alice@example.com!", null)]
    public void Password_TooWeak_IsRejectedWithoutRepeatingIt(string? text, string? expected)
    {
        Assert.Equal(
            expected is null,
            NewPassword.TryCreate(text, UserName.Parse("alice@example.com"), out var password, out string? fault));
        Assert.Equal((expected, expected is null ? text : null), (fault, password?.Text));
        Assert.Equal(expected is null ? "…" : null, password?.ToString());
    }

    [Fact]
    public void Password_OfMaximumLength_IsAccepted()
    {
        string longest = string.Concat(Enumerable.Repeat("abcd", NewPassword.MaximumLength / 4));

        Assert.True(NewPassword.TryCreate(longest, UserName.Parse("alice"), out _, out _));
        Assert.False(NewPassword.TryCreate(longest + "e", UserName.Parse("alice"), out _, out string? fault));
        Assert.Equal("The password has 257 characters; expected at most 256.", fault);
    }

    [Fact]
    public void Password_Generated_IsLongWithoutAmbiguousCharacters()
    {
        string all = string.Concat(Enumerable.Range(0, 100).Select(_ => NewPassword.Generate().Text));

        Assert.Equal(2000, all.Length);
        Assert.All(
            all,
            letter => Assert.True(char.IsAsciiLetterOrDigit(letter) && !"0O1lI".Contains(letter, StringComparison.Ordinal), $"{letter}"));
        Assert.Equal(56, all.Distinct().Count());
    }

    /// <summary>The example of https://www.rfc-editor.org/rfc/rfc7636#appendix-B.</summary>
    [Theory]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", true)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", false)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", false)]
    [InlineData("", false)]
    public void LoginGrant_WithItsVerifier_IsProven(string verifier, bool expected) =>
        Assert.Equal(
            expected,
            new LoginGrant(1, "terraform-cli", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "http://localhost:10000/login", default).IsProvenBy(verifier));
}
