using System.Net;
using Mirror.Core.Access;

namespace Mirror.Tests.Access;

/// <summary>Names of users and service accounts, and the name of a client that is counted by address.</summary>
public sealed class PrincipalNameTests
{
    private static readonly string LongestName = new('a', UserName.MaximumLength);

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData(" Alice.Smith@Example.com ", "alice.smith@example.com")]
    [InlineData("9a_b+c-d", "9a_b+c-d")]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData(".alice", null)]
    [InlineData("-alice", null)]
    [InlineData("platform/ci", null)]
    [InlineData("al ice", null)]
    [InlineData("älice", null)]
    [InlineData("alicé", null)]
    public void UserName_WithUpperCaseOrSlash_IsNormalizedOrRejected(string? text, string? expected)
    {
        Assert.Equal(expected is not null, UserName.TryParse(text, out var name));
        Assert.Equal((expected, expected), (name?.Value, name?.ToString()));
        if (expected is null)
        {
            Assert.StartsWith(
                $"'{text}' is not a user name; expected letters, digits",
                Assert.Throws<FormatException>(() => UserName.Parse(text!)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void UserName_OfMaximumLength_IsAccepted()
    {
        Assert.Equal(LongestName, UserName.Parse($" {LongestName} ").Value);
        Assert.False(UserName.TryParse(LongestName + "a", out _));
        Assert.Equal(LongestName, UserName.From(LongestName + "b")!.Value);
    }

    [Theory]
    [InlineData("Alice Smith", "alice-smith")]
    [InlineData(" (Alice) ", "alice-")]
    [InlineData("..@bob", "bob")]
    [InlineData("Jürgen@Example.com", "j-rgen@example.com")]
    [InlineData("a/b", "a-b")]
    [InlineData("***", null)]
    [InlineData("", null)]
    public void UserName_FromExternalText_KeepsOnlyValidCharacters(string text, string? expected) =>
        Assert.Equal(expected, UserName.From(text)?.Value);

    [Theory]
    [InlineData("Alice", null, "alice", "alice")]
    [InlineData("platform/ci", "platform", "ci", "platform/ci")]
    [InlineData("a/b/c-d", "a/b", "c-d", "a/b/c-d")]
    public void PrincipalName_WithASlash_IsAServiceAccount(string text, string? home, string name, string expected)
    {
        var parsed = PrincipalName.Parse(text);

        Assert.Equal((home, name, expected), (parsed.Home?.Value, parsed.Name, $"{parsed}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/ci")]
    [InlineData("platform/")]
    [InlineData("Platform/ci")]
    [InlineData("platform/c.i")]
    [InlineData(".alice")]
    public void PrincipalName_OfAnotherForm_IsRejectedAndNamed(string? text)
    {
        Assert.False(PrincipalName.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not the name of a user or service account; expected",
            Assert.Throws<FormatException>(() => PrincipalName.Parse(text!)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2::", "2001:db8:1:2::")]
    [InlineData("::1", "::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Client_WithinOneIPv6Network_IsTheSameClient(string address, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), ClientNetwork.Of(IPAddress.Parse(address)));
}
