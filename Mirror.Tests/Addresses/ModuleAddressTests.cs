using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ModuleAddressTests
{
    private static readonly string Longest = new('a', 64);

    public static TheoryData<string, string, string> Valid { get; } = new()
    {
        // Input, full form, display form.
        { "terraform-aws-modules/vpc/aws", "registry.terraform.io/terraform-aws-modules/vpc/aws", "terraform-aws-modules/vpc/aws" },
        { "registry.terraform.io/a/b/c", "registry.terraform.io/a/b/c", "a/b/c" },
        { "EXAMPLE.com:8443/ns/name/aws", "example.com:8443/ns/name/aws", "example.com:8443/ns/name/aws" },
        { "bücher.example/ns/name/aws", "xn--bcher-kva.example/ns/name/aws", "bücher.example/ns/name/aws" },
        { "Team/Net-Work_1/aws2", "registry.terraform.io/Team/Net-Work_1/aws2", "Team/Net-Work_1/aws2" },
        { $"{Longest}/{Longest}/{Longest}", $"registry.terraform.io/{Longest}/{Longest}/{Longest}", $"{Longest}/{Longest}/{Longest}" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Parse_ModuleAddress_KeepsTheCaseOfItsParts(string text, string expected, string display)
    {
        var address = ModuleAddress.Parse(text);

        Assert.Equal((expected, display, "module"), (address.ToString(), address.Display, address.Noun));
        Assert.Equal(expected, $"{address.Hostname}/{address.Namespace}/{address.Name}/{address.System}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/c/d")]
    [InlineData("example.com/a/b/c/d")]
    [InlineData("a//c")]
    [InlineData("/b/c")]
    [InlineData("a/b/")]
    [InlineData("-a/b/c")]
    [InlineData("a-/b/c")]
    [InlineData("a/_b/c")]
    [InlineData("a/b_/c")]
    [InlineData("a.a/b/c")]
    [InlineData("a/b b/c")]
    [InlineData("é/b/c")]
    [InlineData("a/b/AWS")]
    [InlineData("a/b/a-b")]
    [InlineData("a/b/..")]
    public void Parse_InvalidAddress_ThrowsWithTheValue(string? text)
    {
        Assert.False(ModuleAddress.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not a module address; expected 'namespace/name/system'",
            Assert.Throws<FormatException>(() => ModuleAddress.Parse(text!)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_PartThatIsTooLong_Throws()
    {
        Assert.False(ModuleAddress.TryParse($"{Longest}a/b/c", out _));
        Assert.False(ModuleAddress.TryParse($"a/{Longest}a/c", out _));
        Assert.False(ModuleAddress.TryParse($"a/b/{Longest}a", out _));

        string longest = $"{string.Join('.', Enumerable.Repeat(new string('h', 62), 4))}.h/{Longest}/{Longest}/{Longest}";
        Assert.Equal(ModuleAddress.MaxLength, longest.Length);
        Assert.Equal(longest, ModuleAddress.Parse(longest).ToString());
    }

    [Theory]
    [InlineData("example.com", "a/B/c", true)]
    [InlineData("Example.com", "a/B/c", false)]
    [InlineData("example.com:443", "a/B/c", false)]
    [InlineData("example.com", "a/b", false)]
    [InlineData("example.com", "a/b/c/d", false)]
    [InlineData("example.com", "a/b/C", false)]
    [InlineData(null, "a/b/c", false)]
    public void Canonical_OfParts_MatchesTheFormOfClients(string? hostname, string parts, bool expected)
    {
        Assert.Equal(expected, ModuleAddress.TryParseCanonical(hostname, parts.Split('/'), out var address));
        Assert.Equal(expected ? $"{hostname}/{parts}" : null, address?.ToString());
    }
}
