using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Mirror.E2E.Browser;

/// <summary>A module with something of everything that its page shows.</summary>
internal static class ModuleFiles
{
    private static readonly (string Path, string Text)[] Files =
    [
        ("README.md", "# VPC\n\nCreates a *VPC*, see [the guide](https://example.com/vpc).\n\n```hcl\nmodule \"vpc\" {\n  source = \"mirror.example.com/acme/vpc/aws\"\n}\n```\n\n| Feature | State |\n|---|---|\n| IPv6 | yes |\n"),
        ("main.tf", """
            terraform {
              required_version = ">= 1.5"
              required_providers {
                aws = {
                  source  = "hashicorp/aws"
                  version = ">= 5.0"
                }
              }
            }

            variable "cidr_block" {
              description = "The address range of the VPC."
              type        = string
            }

            variable "tags" {
              type    = map(string)
              default = {}
            }

            variable "secret" {
              type      = string
              sensitive = true
              default   = null
            }

            resource "aws_vpc" "this" {
              cidr_block = var.cidr_block
            }

            module "subnets" {
              source = "./modules/subnets"
            }

            module "label" {
              source  = "cloudposse/label/null"
              version = "0.25.0"
            }

            module "legacy" {
              source = "git::https://git.example.com/infra/legacy.git?ref=v1"
            }

            output "vpc_id" {
              description = "The ID of the VPC."
              value       = aws_vpc.this.id
            }
            """),
        ("modules/subnets/main.tf", "variable \"zones\" {\n  type = list(string)\n}\n"),
        ("examples/simple/main.tf", "module \"vpc\" {\n  source = \"../..\"\n}\n"),
    ];

    /// <summary>A tar.gz archive.</summary>
    public static byte[] Archive { get; } = Write();

    private static byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, text) in Files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return bytes.ToArray();
    }
}
