using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror publish module</c></summary>
internal static class PublishModuleCommand
{
    public static ServerCommand Create()
    {
        var source = new Argument<string>("source")
        {
            Description = "The directory of the module, which is packed, or a tar.gz or zip archive.",
            CustomParser = CommandOptions.ParseWith(text => Path.Exists(text)
                ? text
                : throw new FormatException($"<source>: '{text}' does not exist; expected a directory, or a tar.gz or zip archive.")),
        };
        var address = new Argument<RegistryAddress>("address")
        {
            Description = "The module, such as acme/vpc/aws, with or without the server's hostname.",
            CustomParser = CommandOptions.ParseWith(text => RegistryAddress.Parse(text) is { IsModule: true } module
                ? module
                : throw new FormatException($"'{text}' is a provider; expected a module 'namespace/name/system', such as 'acme/vpc/aws'.")),
        };
        var (version, group) = (CommandOptions.Version(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "module",
            "Publish a version of a module. The server checks the archive and reads its documentation first. A published version never changes.",
            "mirror publish module . acme/vpc/aws 1.2.0",
            "mirror publish module vpc.tar.gz mirror.example.com/acme/vpc/aws 1.2.0 --group-path platform --json")
        {
            source, address, version, group,
        }.Runs(async (client, call) =>
        {
            var target = call.Get(address);
            await target.CheckHostnameAsync(client, call.Stop);
            var published = Directory.Exists(call.Get(source))
                ? await PackAndSendAsync(client, call, call.Get(group), target, call.Get(version), call.Get(source))
                : await SendAsync(client, call, call.Get(group), target, call.Get(version), call.Get(source));
            return Print(published, call);
        });
    }

    private static async Task<ModuleDetails> PackAndSendAsync(
        MirrorClient client, CommandCall call, NamespacePath group, RegistryAddress target, ProviderVersion version, string path)
    {
        var directory = ModuleDirectory.Read(path);
        foreach (var skipped in directory.Skipped)
        {
            call.Output.Error($"skipped {skipped.Path}: {skipped.Reason}");
        }

        string archive = Path.Combine(Path.GetTempPath(), $"mirror-{Guid.NewGuid():N}.tar.gz");
        try
        {
            await directory.PackAsync(archive, call.Stop);
            return await SendAsync(client, call, group, target, version, archive);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static Task<ModuleDetails> SendAsync(
        MirrorClient client, CommandCall call, NamespacePath group, RegistryAddress target, ProviderVersion version, string archive)
    {
        var file = new FileInfo(archive);
        return StepProgress.RunAsync(call.Output, isOneTask: true, async progress =>
        {
            var sending = new ImmediateProgress<(string File, long Done)>(sent =>
            {
                // Everything is sent: the server checks it.
                bool isSent = sent.Done >= file.Length;
                progress.Show($"{(isSent ? "checking" : "publishing")} {target} {version}", isSent ? null : sent.Done, file.Length);
            });
            using var content = new ReleaseDirectory.Part(file, 0, sending, call.Stop);
            return await client.PublishModuleAsync(group, target.Path, version, content, call.Stop);
        });
    }

    private static int Print(ModuleDetails published, CommandCall call)
    {
        var (package, documentation) = (published.Package, published.Documentation);
        foreach (string problem in documentation.Problems)
        {
            call.Output.Error($"warning: {problem}");
        }

        foreach (var (part, dependency) in documentation.DirectSources)
        {
            call.Output.Error(
                $"warning: {(part.Path.Length == 0 ? "" : part.Path + ": ")}module \"{dependency.Name}\" has the source '{dependency.Source}', "
                + "which clients fetch directly, not from this server.");
        }

        string address = $"{package.Module}";
        return call.Print(
            published,
            $$"""
            Published {{address}} {{package.Version}} ({{Quantity.FormatSize(package.Size)}}).

            module "{{package.Module.Name}}" {
              source  = "{{address}}"
              version = "{{package.Version}}"
            }
            """);
    }
}
