using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ProviderHostnameTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("registry.terraform.io", "registry.terraform.io", "registry.terraform.io", true)]
    [InlineData("Registry.Terraform.IO:443", "registry.terraform.io", "registry.terraform.io", true)]
    [InlineData("registry.terraform.io:8443", "registry.terraform.io:8443", "registry.terraform.io:8443", false)]
    [InlineData("a.example:1", "a.example:1", "a.example:1", false)]
    [InlineData("a.example:65535", "a.example:65535", "a.example:65535", false)]
    [InlineData("a.example:0443", "a.example", "a.example", false)]
    [InlineData("localhost", "localhost", "localhost", false)]
    [InlineData("localhost:8080", "localhost:8080", "localhost:8080", false)]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example", "bücher.example", false)]
    [InlineData("xn--bcher-kva.example:8443", "xn--bcher-kva.example:8443", "bücher.example:8443", false)]
    [InlineData("नमस्ते.example", "xn--h2bhs4b8d8a.example", "नमस्ते.example", false)]
    [InlineData("az09-90.za.example", "az09-90.za.example", "az09-90.za.example", false)]
    [InlineData("a-b.1.example", "a-b.1.example", "a-b.1.example", false)]
    public void Parse_UserInput_ReturnsTheCanonicalHostname(string text, string expected, string display, bool isDefault)
    {
        Assert.True(ProviderHostname.TryParse(text, out var hostname));
        Assert.Equal((expected, expected, display, isDefault), (hostname.Value, $"{hostname}", hostname.Display, hostname.IsDefault));
        Assert.Equal(text == expected, ProviderHostname.TryParseCanonical(text, out _));
        Assert.True(ProviderHostname.TryParseCanonical(expected, out var canonical));
        Assert.Equal(hostname, canonical);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example")]
    [InlineData("localhost2")]
    [InlineData(".example.com")]
    [InlineData("a..example")]
    [InlineData("example.com.")]
    [InlineData("-a.example")]
    [InlineData("-é.example")]
    [InlineData("a-.example")]
    [InlineData("a_b.example")]
    [InlineData("a b.example")]
    [InlineData("a.example/")]
    [InlineData("user@a.example")]
    [InlineData("a.example:")]
    [InlineData("a.example:0")]
    [InlineData("a.example:65536")]
    [InlineData("a.example:-1")]
    [InlineData("a.example: 80")]
    [InlineData("a.example:80:80")]
    [InlineData("a.example:x")]
    [InlineData(":443")]
    [InlineData("[::1]:443")]
    public void Parse_InvalidHostname_Throws(string? text)
    {
        Assert.False(ProviderHostname.TryParse(text, out var hostname));
        Assert.Null(hostname);
        Assert.False(ProviderHostname.TryParseCanonical(text, out _));
    }

    [Fact]
    public void Parse_NamesOfMaximumLength_Succeeds()
    {
        string longest = $"{Label63}.{Label63}.{Label63}.{Label63[2..]}";

        Assert.Equal(ProviderHostname.MaxLength, longest.Length);
        Assert.True(ProviderHostname.TryParse(longest, out _));
        Assert.False(ProviderHostname.TryParse(longest + "a", out _));
        Assert.False(ProviderHostname.TryParse($"{Label63}a.example", out _));
        Assert.True(ProviderHostname.TryParse($"{longest[5..]}:8443", out _));
        Assert.False(ProviderHostname.TryParse($"{longest[4..]}:8443", out _));
        Assert.False(ProviderHostname.TryParse("\ud800.example", out _));
        // 243 characters in Unicode, 250 in punycode.
        string longer = $"{Label63}.{Label63}.{Label63}.é{new string('a', 50)}";
        Assert.True(ProviderHostname.TryParse(longer, out _));
        Assert.False(ProviderHostname.TryParse(longer + ":8443", out _));
        // Short in Unicode, but longer than the limit in punycode: 40 labels of 10 characters.
        Assert.False(ProviderHostname.TryParse(string.Concat(Enumerable.Repeat("é.", 40)) + "example", out _));
    }

    [Theory]
    // A control character, an upper-case letter, invalid punycode, a direction mark, an emoji.
    [InlineData("xn--a.example")]
    [InlineData("xn--bcher-2pa.example")]
    [InlineData("xn--zzzzzzzz99999.example")]
    [InlineData("xn--ab-p1t.example")]
    [InlineData("xn--i-n3p.example")]
    public void Display_OfUnsafePunycode_IsTheAsciiName(string text)
    {
        Assert.True(ProviderHostname.TryParse(text, out var hostname), text);
        Assert.Equal(text, hostname.Display);
    }

    [Fact]
    public void Default_Hostname_IsThePublicTerraformRegistry()
    {
        Assert.Equal(("registry.terraform.io", true), (ProviderHostname.Default.Value, ProviderHostname.Default.IsDefault));
        Assert.Equal(("registry.opentofu.org", false), (ProviderHostname.OpenTofu.Value, ProviderHostname.OpenTofu.IsDefault));
    }
}
