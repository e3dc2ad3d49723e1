using Mirror.Core.Hcl;
using Mirror.Core.Sync;

namespace Mirror.Tests.Sync;

public sealed class DependencyLockFileTests
{
    private const string Hashes = "  hashes = [\n    \"h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\", # }\n  ]\n";

    [Theory]
    [InlineData("provider \"registry.terraform.io/hashicorp/null\" {\n  version     = \"3.2.4\"\n  constraints = \"~> 3.0\"\n" + Hashes + "}\n")]
    [InlineData("provider\"registry.terraform.io/hashicorp/null\"{\nversion=\"3.2.4\"\n}")]
    [InlineData("provider \"registry.terraform.io/hashicorp/null\" { version = \"3.2.4\" }")]
    [InlineData("/* a */ provider /* b */ \"registry.terraform.io/hashicorp/null\" /* c */ { // d\n# e\n  version = /* f */ \"3.2.4\" # g\n} /* h */")]
    [InlineData("\uFEFFprovider \"registry.terraform.io/hashicorp/null\" {\r\n  version = \"3.2.4\"\r\n" + Hashes + "}\r\n")]
    [InlineData("provider \"registry.terraform.io/hashicorp/null\" {\n  note = <<EOT\nversion = \"9.9.9\"\n}\nEOT\n  version = \"3.2.4\"\n}\n")]
    [InlineData("module \"vpc\" {\n  version = \"1.0.0\"\n}\nprovider \"registry.terraform.io/hashicorp/null\" {\n  version = \"3.2.4\"\n}\n")]
    public void Providers_InAnyHclNotation_AreParsed(string text)
    {
        var locked = Assert.Single(DependencyLockFile.Parse(text));

        Assert.Equal("registry.terraform.io/hashicorp/null", locked.Provider.ToString());
        Assert.Equal("3.2.4", locked.Versions?.ToString());
    }

    [Theory]
    [InlineData("provider \"hashicorp/null\" {\n  version = \"1\"\n}\n\nprovider \"registry.terraform.io/hashicorp/null\" {\n  version = \"2\"\n}", "line 5, column 1: registry.terraform.io/hashicorp/null is locked twice; it was locked before in line 1, column 1")]
    [InlineData("provider \"a/b\" {\n  version = \"1.0.0\"\n  version = \"1.0.0\"\n}", "line 3, column 3: version is set twice; it was set before in line 2, column 3")]
    [InlineData("provider \"a/b\" {\n}", "line 1, column 1: the block of registry.terraform.io/a/b sets no version")]
    [InlineData("provider \"a/b\" {\n  version = \"one\"\n}", "line 2, column 13: 'one' is not a version")]
    [InlineData("provider \"a/b\" {\n  version = var.version\n}", "line 2, column 13: the version of registry.terraform.io/a/b is a quoted string, but this is: var.version")]
    [InlineData("provider \"a\" {\n  version = \"1.0.0\"\n}", "line 1, column 1: 'a' is not a provider source address")]
    [InlineData("provider \"a/b\" \"c\" {}", "line 1, column 1: a provider block has one label, its source address, but this one has 2")]
    [InlineData("\nresource \"x\" \"y\" {}", "line 2, column 1: unexpected block 'resource'; expected blocks such as: provider \"registry.terraform.io/hashicorp/aws\" {")]
    [InlineData("version = 1", "line 1, column 1: unexpected attribute 'version'; expected blocks such as: provider \"registry.terraform.io/hashicorp/aws\" {")]
    public void File_InvalidForTerraform_IsRejectedWithLineAndColumn(string text, string message)
    {
        var refused = Assert.Throws<HclSyntaxException>(() => DependencyLockFile.Parse(text));

        Assert.Equal(message, refused.Message);
    }
}
