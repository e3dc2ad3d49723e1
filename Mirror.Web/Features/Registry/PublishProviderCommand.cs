using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror publish provider</c></summary>
internal static class PublishProviderCommand
{
    public static ServerCommand Create()
    {
        var directory = new Argument<DirectoryInfo>("directory")
        {
            Description = "The directory with the packages, SHA256SUMS, its signature and the manifest, such as goreleaser's dist. Other files are ignored.",
            CustomParser = CommandOptions.ParseWith(text => Directory.Exists(text)
                ? new DirectoryInfo(text)
                : throw new FormatException($"<directory>: '{text}' does not exist; expected a directory.")),
        };
        var (version, group) = (CommandOptions.Version(), CommandOptions.GroupPath("The root group."));
        var address = new Argument<RegistryAddress>("address")
        {
            Description = "The provider, such as acme/dns, with or without the server's hostname.",
            CustomParser = CommandOptions.ParseWith(text => RegistryAddress.Parse(text) is { IsModule: false } provider
                ? provider
                : throw new FormatException($"'{text}' is a module; expected a provider 'namespace/type', such as 'acme/dns'.")),
        };
        return new ServerCommand(
            "provider",
            "Publish a version of a provider with all its platforms. The server verifies the signature and every package first. A published version never changes.",
            "mirror publish provider dist acme/dns 1.2.0",
            "mirror publish provider dist mirror.example.com/acme/dns 1.2.0 --group-path platform --json")
        {
            directory, address, version, group,
        }.Runs(async (client, call) =>
        {
            var target = call.Get(address);
            await target.CheckHostnameAsync(client, call.Stop);
            var files = ReleaseDirectory.Find(call.Get(directory).FullName, target.Provider.Type, call.Get(version));
            var published = await StepProgress.RunAsync(
                call.Output,
                isOneTask: true,
                progress => SendAsync(client, call.Get(group), target, call.Get(version), files, progress, call.Stop));
            return Print(published, call);
        });
    }

    private static async Task<PublishedProvider> SendAsync(
        MirrorClient client,
        NamespacePath group,
        RegistryAddress target,
        ProviderVersion version,
        ReleaseDirectory files,
        StepProgress progress,
        CancellationToken cancellationToken)
    {
        string step = $"publishing {target} {version}";
        var sending = new ImmediateProgress<(string File, long Done)>(sent =>
        {
            // Everything is sent: the server verifies it.
            bool isSent = sent.Done >= files.Size;
            progress.Show(isSent ? $"verifying {target} {version}" : step, isSent ? null : sent.Done, files.Size);
        });
        using var content = files.ToContent(sending, cancellationToken);
        return await client.PublishProviderAsync(group, target.Path, version, content, cancellationToken);
    }

    private static int Print(PublishedProvider published, CommandCall call)
    {
        foreach (var package in published.Packages.Where(package => package.Warning is not null))
        {
            call.Output.Error($"{package.Platform}: warning: {package.Warning}");
        }

        if (!call.Output.IsJson)
        {
            foreach (var package in published.Packages)
            {
                call.Output.Line($"{package.Platform} ({Quantity.FormatSize(package.Size)})");
            }
        }

        return call.Print(
            published, $"Published {published.Provider} {published.Version}, signed with the key {published.Fingerprint}.");
    }
}
