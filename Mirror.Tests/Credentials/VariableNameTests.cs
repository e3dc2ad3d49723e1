using Mirror.Core.Addresses;
using Mirror.Core.Credentials;

namespace Mirror.Tests.Credentials;

public sealed class VariableNameTests
{
    [Theory]
    [InlineData("TF_TOKEN_registry_example_com", "registry.example.com", "TF_TOKEN_registry_example_com")]
    [InlineData("TF_TOKEN_my__registry_example_com", "my-registry.example.com", "TF_TOKEN_my__registry_example_com")]
    [InlineData("TF_TOKEN_my-registry_example_com", "my-registry.example.com", "TF_TOKEN_my__registry_example_com")]
    [InlineData("TF_TOKEN_xn--caf-dma_fr", "xn--caf-dma.fr", "TF_TOKEN_xn____caf__dma_fr")]
    [InlineData("TF_TOKEN_xn____caf__dma_fr", "xn--caf-dma.fr", "TF_TOKEN_xn____caf__dma_fr")]
    [InlineData("TF_TOKEN_café_fr", "xn--caf-dma.fr", "TF_TOKEN_xn____caf__dma_fr")]
    public void Name_OfAHost_ParsesLikeTerraformAndHasOneSpelling(string text, string host, string name)
    {
        var parsed = VariableName.Parse(text);

        Assert.Equal((host, name), (parsed.Host.Value, parsed.Value));
        Assert.Equal(parsed, VariableName.For(ProviderHostname.TryParse(host, out var hostname) ? hostname : throw new FormatException()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("TF_TOKEN_")]
    [InlineData("TF_TOKEN_nodots")]
    [InlineData("tf_token_registry_example_com")]
    [InlineData("AWS_ACCESS_KEY_ID")]
    [InlineData("TF_TOKEN_registry example_com")]
    public void Name_WithoutAHost_IsRejected(string text) => Assert.False(VariableName.TryParse(text, out _));
}
