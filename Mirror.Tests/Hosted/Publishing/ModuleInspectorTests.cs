using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Storage.Archives;

namespace Mirror.Tests.Hosted.Publishing;

public sealed class ModuleInspectorTests
{
    private const string Variables = """"
        variable "name" {
          type        = string
          description = "The name of \"it\"."
        }

        variable "subnets" {
          type = list(object({
            cidr = string # of the subnet
          }))
          default     = []
          description = <<-EOT
            Subnets:

              - one a zone
          EOT
          sensitive   = true
          nullable    = false
        }

        variable "legacy" { type = "string" }
        variable "anything" {
          type    = any
          default = <<EOT
        text
        EOT
        }
        variable "name" { default = "a second block" }
        """";

    [Fact]
    public void Inputs_HaveTypeDescriptionAndDefaultAsText()
    {
        var part = Inspect(("variables.tf", Variables)).Root;

        Assert.Equal(
            [
                new ModuleInput("name", "string", "The name of \"it\".", null, false),
                new ModuleInput("subnets", "list(object({\n    cidr = string # of the subnet\n  }))", "Subnets:\n\n  - one a zone", "[]", true),
                new ModuleInput("legacy", "string", null, null, false),
                new ModuleInput("anything", null, null, "<<EOT\ntext\nEOT", false),
            ],
            part.Inputs);
        Assert.Equal([true, false, true, false], part.Inputs.Select(input => input.IsRequired));
    }

    [Fact]
    public void Blocks_OfAllKinds_AreDocumented()
    {
        const string Main = """
            terraform {
              required_version = ">= 1.5"
              required_providers {
                aws = {
                  source                = "hashicorp/aws" # the source
                  version               = ">= 5.0, < 7.0",
                  configuration_aliases = [aws.east, aws.west]
                }
                null   = { source : "hashicorp/null" }
                random = "~> 3.0"
              }
            }

            resource "aws_vpc" "this" {
              cidr_block = "${var.a}" # { unbalanced
              lifecycle {
                create_before_destroy = true
              }
            }
            data "aws_region" "current" {}
            module "inner" { source = "./modules/inner" }
            module "registry" {
              source  = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"
              version = "~> 5.0"
            }
            module "git" { source = "git::https://example.com/network.git?ref=v1.2.0" }
            output "id" {
              value       = aws_vpc.this.id
              description = "The id."
            }
            output "secret" {
              value     = "x"
              sensitive = true
            }
            locals { a = 1 }
            """;

        var part = Inspect(("main.tf", Main)).Root;

        Assert.Equal(">= 1.5", part.TerraformVersion);
        Assert.Equal(
            [new("aws", "hashicorp/aws", ">= 5.0, < 7.0"), new("null", "hashicorp/null", null), new ModuleProvider("random", null, "~> 3.0")],
            part.Providers);
        Assert.Equal([new("aws_vpc", "this", false), new ModuleResource("aws_region", "current", true)], part.Resources);
        Assert.Equal(
            [
                new("inner", "./modules/inner", null, ModuleSourceKind.Local),
                new("registry", "terraform-aws-modules/vpc/aws//modules/vpc-endpoints", "~> 5.0", ModuleSourceKind.Registry),
                new ModuleDependency("git", "git::https://example.com/network.git?ref=v1.2.0", null, ModuleSourceKind.Direct),
            ],
            part.Dependencies);
        Assert.Equal([new("id", "The id.", false), new ModuleOutput("secret", null, true)], part.Outputs);
    }

    [Fact]
    public void JsonSyntax_IsReadLikeNativeSyntax()
    {
        const string Json = """
            {
              "//": "a comment",
              "terraform": [{ "required_version": ">= 1.5", "required_providers": { "aws": { "source": "hashicorp/aws", "version": "5.0" } } }],
              "variable": { "tags": { "type": "map(string)", "default": { "a": "b" }, "sensitive": true, "description": "Tags." }, "name": {} },
              "output": { "id": { "value": "${aws_vpc.this.id}" } },
              "resource": { "aws_vpc": { "this": [{}] } },
              "module": { "inner": { "source": "./inner" } }
            }
            """;

        var part = Inspect(("main.tf.json", Json)).Root;

        Assert.Equal([new("tags", "map(string)", "Tags.", """{ "a": "b" }""", true), new ModuleInput("name", null, null, null, false)], part.Inputs);
        Assert.Equal(
            (">= 1.5", new ModuleProvider("aws", "hashicorp/aws", "5.0"), new ModuleResource("aws_vpc", "this", false), "id", ModuleSourceKind.Local),
            (part.TerraformVersion, part.Providers.Single(), part.Resources.Single(), part.Outputs.Single().Name, part.Dependencies.Single().Kind));
    }

    [Fact]
    public void Directories_OfSubmodulesAndExamples_AreSeparateParts()
    {
        var documentation = Inspect(
            "top",
            ("other/README.md", "# not in the module"),
            ("top/examples/complete/main.tf", "module \"vpc\" { source = \"../..\" }"),
            ("top/examples/README.md", "# not an example"),
            ("top/modules/b/readme.md", "# B"),
            ("top/modules/a/variables.tf", "variable \"a\" {}"),
            ("top/modules/a/templates/deep.tf", "variable \"deep\" {}"),
            ("top/tests/main.tf", "variable \"test\" {}"),
            ("top/.hidden.tf", "variable \"hidden\" {}"),
            ("top/main_override.tf", "variable \"overridden\" {}"),
            ("top/main.tofu", "variable \"tofu\" {}"),
            ("top/README.md", "\uFEFF# VPC"));

        Assert.Empty(documentation.Problems);
        Assert.Equal(("", "# VPC", "tofu"), (documentation.Root.Path, documentation.Root.Readme, documentation.Root.Inputs.Single().Name));
        Assert.Equal(
            [("modules/a", null, "a"), ("modules/b", "# B", null)],
            documentation.Submodules.Select(part => (part.Path, part.Readme, part.Inputs.SingleOrDefault()?.Name)));
        var example = Assert.Single(documentation.Examples);
        Assert.Equal(("examples/complete", ModuleSourceKind.Local), (example.Path, example.Dependencies.Single().Kind));
    }

    [Theory]
    [InlineData("./modules/a", ModuleSourceKind.Local)]
    [InlineData("../a", ModuleSourceKind.Local)]
    [InlineData("hashicorp/consul/aws", ModuleSourceKind.Registry)]
    [InlineData("mirror.example.com:8443/acme/vpc/aws//modules/a", ModuleSourceKind.Registry)]
    [InlineData("github.com/hashicorp/consul/aws", ModuleSourceKind.Direct)]
    [InlineData("gitlab.com/acme/vpc/aws", ModuleSourceKind.Direct)]
    [InlineData("github.com/hashicorp/example", ModuleSourceKind.Direct)]
    [InlineData("git@github.com:hashicorp/example.git", ModuleSourceKind.Direct)]
    [InlineData("git::ssh://git@example.com/a/b", ModuleSourceKind.Direct)]
    [InlineData("https://example.com/vpc.zip", ModuleSourceKind.Direct)]
    [InlineData("s3::https://s3.amazonaws.com/bucket/vpc.zip", ModuleSourceKind.Direct)]
    [InlineData("modules/a", ModuleSourceKind.Direct)]
    public void KindOf_Source_FollowsClients(string source, ModuleSourceKind expected) =>
        Assert.Equal(expected, ModulePartReader.KindOf(source));

    [Fact]
    public void UnreadableFiles_AreProblemsAndTheRestIsRead()
    {
        byte[] archive = ModuleTar.Make(
            new RawTar.Entry("broken.tf", "variable \"a\" {\n  type = \n}\n"),
            new RawTar.Entry("broken.tf.json", "{\n  \"variable\": nonsense"),
            new RawTar.Entry("latin.tf", [(byte)'#', 0xe9]),
            new RawTar.Entry("huge.tf", new byte[ModuleInspector.MaxFileSize + 1]),
            new RawTar.Entry("link") { Kind = '2', Extended = "27 linkpath=modules/a/b.tf\n" },
            new RawTar.Entry("main.tf", "variable \"b\" {}"));

        var documentation = Inspect("", archive);

        Assert.Equal("b", documentation.Root.Inputs.Single().Name);
        Assert.Equal(
            [
                "huge.tf: not read, because it is larger than 1048576 bytes.",
                "broken.tf: line 2, column 10: the line ends where a value after '=' is expected",
                "broken.tf.json: line 2, column 16: the file is not valid JSON",
                "latin.tf: not read, because it is not UTF-8 text.",
                "link: a symbolic link, which clients unpack as an empty file.",
            ],
            documentation.Problems);
    }

    [Fact]
    public void Files_BeyondTheLimits_AreNotRead()
    {
        var files = Enumerable.Range(0, ModuleInspector.MaxFiles + 5).Select(n => ($"f{n:0000}.tf", $"variable \"v{n}\" {{}}")).ToArray();

        var documentation = Inspect(files);

        Assert.Equal(ModuleInspector.MaxFiles, documentation.Root.Inputs.Count);
        Assert.StartsWith("f2000.tf: not read, like all files after it", Assert.Single(documentation.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_BeyondTheLimit_AreNotRead()
    {
        byte[] large = Encoding.UTF8.GetBytes("#" + new string(' ', ModuleInspector.MaxFileSize - 1));
        int fitting = (int)(ModuleInspector.MaxTotalSize / ModuleInspector.MaxFileSize);
        var entries = Enumerable.Range(0, fitting + 1).Select(n => new RawTar.Entry($"f{n}.tf", large));

        var documentation = Inspect("", ModuleTar.Make([.. entries]));

        Assert.StartsWith($"f{fitting}.tf: not read", Assert.Single(documentation.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_AreLimited()
    {
        var files = Enumerable.Range(0, ModuleInspector.MaxProblems + 5).Select(n => ($"f{n}.tf", "}")).ToArray();

        Assert.Equal(ModuleInspector.MaxProblems, Inspect(files).Problems.Count);
    }

    private static ModuleDocumentation Inspect(params (string, string)[] files) => Inspect("", files);

    private static ModuleDocumentation Inspect(string root, params (string, string)[] files) => Inspect(root, ModuleTar.Make(files));

    private static ModuleDocumentation Inspect(string root, byte[] archive)
    {
        using var content = new MemoryStream(archive);
        var source = SourceArchive.Open(content, ArchiveFormat.Parse("tar.gz"), 1 << 30, CancellationToken.None);
        return ModuleInspector.Inspect(source, root);
    }
}
