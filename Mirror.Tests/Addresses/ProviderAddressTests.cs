using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ProviderAddressTests
{
    private static readonly string Longest = new('a', 128);

    [Theory]
    [InlineData("hashicorp/aws", "registry.terraform.io/hashicorp/aws", "hashicorp/aws")]
    [InlineData("HashiCorp/AWS", "registry.terraform.io/hashicorp/aws", "hashicorp/aws")]
    [InlineData("registry.terraform.io:443/a/b", "registry.terraform.io/a/b", "a/b")]
    [InlineData("Example.com:8443/a-b/c_d9", "example.com:8443/a-b/c_d9", "example.com:8443/a-b/c_d9")]
    [InlineData("localhost/a/b", "localhost/a/b", "localhost/a/b")]
    [InlineData("acme/terraform", "registry.terraform.io/acme/terraform", "acme/terraform")]
    [InlineData("a/b__c", "registry.terraform.io/a/b__c", "a/b__c")]
    [InlineData("GRÖSSE/größe", "registry.terraform.io/grösse/größe", "grösse/größe")]
    [InlineData("a/\U00010400", "registry.terraform.io/a/\U00010428", "a/\U00010428")]
    public void Parse_UserInput_ReturnsTheCanonicalAddress(string text, string expected, string display)
    {
        var address = ProviderAddress.Parse(text);

        Assert.Equal((expected, display, "provider"), (address.ToString(), address.Display, address.Noun));
        Assert.Equal(expected, $"{address.Hostname}/{address.Namespace}/{address.Type}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("aws")]
    [InlineData("a/b/c")]
    [InlineData("example.com/a/b/c")]
    [InlineData("/aws")]
    [InlineData("hashicorp/")]
    [InlineData("-a/b")]
    [InlineData("_a/b")]
    [InlineData("a/-b")]
    [InlineData("a-/b")]
    [InlineData("a_/b")]
    [InlineData("a/b-")]
    [InlineData("a--b/c")]
    [InlineData("a/b--c")]
    [InlineData("a.b/c")]
    [InlineData("a/b c")]
    [InlineData("a/b\0")]
    [InlineData("a/o\u0308")]
    [InlineData("acme/terraform-provider-x")]
    [InlineData("acme/TERRAFORM-x")]
    [InlineData("*/aws")]
    public void Parse_InvalidAddress_ThrowsWithTheValue(string? text)
    {
        Assert.False(ProviderAddress.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not a provider source address; expected 'namespace/type'",
            Assert.Throws<FormatException>(() => ProviderAddress.Parse(text!)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_PartsOfMaximumLength_Succeeds()
    {
        string hostname = string.Join('.', Enumerable.Repeat(new string('h', 62), 4)) + ".h";
        string longest = $"{hostname}/{Longest}/{Longest}";

        Assert.Equal(ProviderAddress.MaxLength, longest.Length);
        Assert.Equal(longest, ProviderAddress.Parse(longest).ToString());
        Assert.Equal(longest, ProviderPattern.Parse(longest).ToString());
        Assert.False(ProviderAddress.TryParse(longest + "a", out _));
        Assert.False(ProviderAddress.TryParse($"{Longest}a/b", out _));
        Assert.False(ProviderAddress.TryParse($"a/{Longest}a", out _));
        Assert.False(ProviderAddress.TryParse("a/\ud800", out _));
    }

    [Theory]
    [InlineData("example.com", "a", "b", true)]
    [InlineData("Example.com", "a", "b", false)]
    [InlineData("example.com", "A", "b", false)]
    [InlineData("example.com", "a", "B", false)]
    [InlineData("example.com", "a", "terraform-b", false)]
    [InlineData(null, "a", "b", false)]
    [InlineData("example.com", null, "b", false)]
    [InlineData("example.com", "a", null, false)]
    public void Canonical_OfParts_MatchesTheFormOfClients(string? hostname, string? @namespace, string? type, bool expected)
    {
        Assert.Equal(expected, ProviderAddress.TryParseCanonical(hostname, @namespace, type, out var address));
        if (expected)
        {
            Assert.Equal($"{hostname}/{@namespace}/{type}", address!.ToString());
        }
    }

    [Theory]
    [InlineData("registry.terraform.io/hashicorp/aws", "hashicorp/aws", 3, true)]
    [InlineData("hashicorp/*", "hashicorp/aws", 2, true)]
    [InlineData("HashiCorp/AWS", "hashicorp/aws", 3, true)]
    [InlineData("*/*", "hashicorp/aws", 1, true)]
    [InlineData("*/*", "example.com/hashicorp/aws", 1, false)]
    [InlineData("*/*/*", "example.com/hashicorp/aws", 0, true)]
    [InlineData("*/hashicorp/aws", "example.com/hashicorp/aws", 2, true)]
    [InlineData("*/hashicorp/aws", "example.com/acme/aws", 2, false)]
    [InlineData("*/*/aws", "example.com/acme/aws", 1, true)]
    [InlineData("*/*/aws", "example.com/acme/gcp", 1, false)]
    [InlineData("hashicorp/*", "acme/aws", 2, false)]
    [InlineData("hashicorp/aws", "hashicorp/gcp", 3, false)]
    public void Pattern_WithWildcards_MatchesPartByPart(string pattern, string provider, int specificity, bool expected)
    {
        var parsed = ProviderPattern.Parse(pattern);

        Assert.Equal((expected, specificity), (parsed.Matches(ProviderAddress.Parse(provider)), parsed.Specificity));
        Assert.Equal(parsed, ProviderPattern.Parse($"{parsed}"));
        Assert.Equal($"{parsed}", $"{parsed.Hostname}/{parsed.Namespace}/{parsed.Type}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*/*/*/*")]
    [InlineData("hashicorp/aws*")]
    [InlineData("**/aws")]
    [InlineData("a/b/c")]
    [InlineData("*.example.com/a/b")]
    [InlineData("acme/terraform-x")]
    public void Pattern_OfAnotherForm_ThrowsWithTheValue(string? text)
    {
        Assert.False(ProviderPattern.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not a provider pattern; expected 'namespace/type'",
            Assert.Throws<FormatException>(() => ProviderPattern.Parse(text!)).Message,
            StringComparison.Ordinal);
    }
}
