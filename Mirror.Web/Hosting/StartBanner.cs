using System.Globalization;
using System.Text;
using Mirror.Core;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Features.Setup;
using Mirror.Web.Hosting.Demo;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>The server's output at its start: that it starts and, when it is ready, its addresses and how to use it.</summary>
internal static class StartBanner
{
    /// <summary>The commands to paste begin with this line and end before the next blank one.</summary>
    internal const string PasteBegins = "cat > mirror.tfrc <<'EOF'";

    /// <summary>The line that the server prints before it opens its data.</summary>
    /// <param name="dataDirectory">Null: a temporary one, which does not exist yet.</param>
    public static string Starting(string? dataDirectory) =>
        $"Mirror {ProductVersion.Text} is starting; data in {dataDirectory ?? "a temporary directory"}.";

    /// <param name="options">The configuration.</param>
    /// <param name="urls">Where the server listens.</param>
    /// <param name="authorityPath">The certificate authority that clients must trust; null: none.</param>
    /// <param name="newAdminToken">The token that this start made; null: it made none.</param>
    /// <param name="demo">What a demo prints as well; null: this is no demo.</param>
    public static string Compose(
        MirrorOptions options, ServerUrls urls, string? authorityPath, string? newAdminToken, DemoBanner? demo = null)
    {
        var text = new StringBuilder();
        AppendServer(text, options, urls, authorityPath, newAdminToken);
        if (demo is not null)
        {
            AppendDemo(text, demo.Origin);
        }

        var client = ClientConfiguration.For(options, NamespacePath.Default, new Uri(urls.Preferred, options.PathPrefix + "/"), urls.Https);
        string signed = client.ServerUrl is not null && options.Protocols.SignedPassThrough
            ? string.Concat(Hosts(options, demo).Select(client.HostBlock))
            : "";
        string configuration = signed.Length > 0 ? signed
            : client.ServerUrl is not null && options.Protocols.NetworkMirror ? client.NetworkMirror
            : "";
        if (configuration.Length > 0)
        {
            AppendIntroduction(text, signed.Length > 0, demo is not null);
            AppendPaste(text, configuration, authorityPath, demo is not null);
            AppendAfterPaste(text, options, urls, authorityPath, demo is not null, signed.Length > 0);
        }
        else if (client.ServerUrl is null)
        {
            text.AppendLine(urls.RequiresCertificate
                ? "Mirror:Tls:ClientCertificates is Require, but Terraform does not present a client certificate. Connect it through a proxy\n"
                    + "that presents one, and set Mirror:PublicUrl to the URL of the proxy."
                : "Terraform requires https. Set Mirror:Listen:Https, or Mirror:PublicUrl if a proxy in front provides TLS.");
        }
        else
        {
            text.AppendLine("How clients use this server:");
            AppendUseThisMirror(text, options, urls);
        }

        if (demo is not null)
        {
            AppendExports(text, urls, authorityPath, demo);
        }

        return text.AppendLine().ToString();
    }

    private static void AppendServer(
        StringBuilder text, MirrorOptions options, ServerUrls urls, string? authorityPath, string? newAdminToken)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"Mirror {ProductVersion.Text} is ready.");
        foreach (var url in new[] { options.PublicUrl, urls.Https, urls.Http }.OfType<Uri>().Distinct())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {url}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  data in {options.DataDirectory}");
        if (options.OwnHostname is { } own && options.Protocols.Registry)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  registry for source = \"{own}/<namespace>/…\"{(own.Value.Contains(':', StringComparison.Ordinal) ? " (not through a network mirror, because of the port)" : "")}");
        }

        if (newAdminToken is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  administrator token (shown only once): {newAdminToken}");
        }
        else if (AdminToken.PathIn(options.DataDirectory) is var path && File.Exists(path))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  administrator token in {path}");
        }

        if (authorityPath is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  certificate authority for clients to trust: {authorityPath}");
        }

        text.AppendLine();
    }

    private static void AppendDemo(StringBuilder text, DemoOrigin origin)
    {
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"This is a demo. It runs its own origin registry, {DemoOrigin.Hostname}, at {origin.Url}, with these providers,");
        text.AppendLine("signed with a key that was created at this start:");
        foreach (var provider in ExampleProvider.All)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {provider.Address}  {string.Join(", ", provider.Versions)}  {provider.Description}");
        }

        text.AppendLine();
    }

    /// <summary>
    /// The registries that the printed configuration leads here: those whose releases come with signatures. Another mirror has none
    /// to pass on.
    /// </summary>
    private static IEnumerable<ProviderHostname> Hosts(MirrorOptions options, DemoBanner? demo) => demo is not null
        ? [DemoOrigin.Hostname]
        : (options.Upstream.AllowAnyHost ? [ProviderHostname.Default, ProviderHostname.OpenTofu] : options.Upstream.AllowedHosts)
            .Concat(options.Upstream.Hosts.Where(host => host.ProvidersUrl is not null).Select(host => host.Name))
            .Except(options.Upstream.Hosts.Where(host => host.MirrorUrl is not null).Select(host => host.Name));

    private static void AppendIntroduction(StringBuilder text, bool isSigned, bool isDemo)
    {
        text.AppendLine(isDemo
            ? "To try it, paste these commands into a shell, in an empty directory:"
            : "To install providers through this mirror, paste these commands into a shell, and run terraform init in it:");
        if (isSigned && !isDemo)
        {
            text.AppendLine("(Terraform and OpenTofu verify the publishers' signatures themselves: signed pass-through.)");
        }

        text.AppendLine();
    }

    private static void AppendPaste(StringBuilder text, string configuration, string? authorityPath, bool isDemo)
    {
        text.Append(ClientConfiguration.ForShell(configuration, authorityPath));
        if (isDemo)
        {
            text.AppendLine("cat > main.tf <<'EOF'");
            text.AppendLine("terraform {");
            text.AppendLine("  required_providers {");
            int width = ExampleProvider.All.Max(provider => provider.Address.Type.Length);
            foreach (var provider in ExampleProvider.All)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture, $"    {provider.Address.Type.PadRight(width)} = {{ source = \"{provider.Address}\" }}");
            }

            text.AppendLine("  }");
            text.AppendLine("}");
            text.AppendLine("EOF");
            text.AppendLine("terraform init");
        }

        text.AppendLine();
    }

    private static void AppendAfterPaste(
        StringBuilder text, MirrorOptions options, ServerUrls urls, string? authorityPath, bool isDemo, bool isSigned)
    {
        if (authorityPath is not null && !isDemo)
        {
            text.AppendLine("SSL_CERT_FILE replaces the system's certificate bundle in that shell. If you need other https hosts there, as a");
            text.AppendLine("remote backend does, append the authority to a copy of the bundle, and set SSL_CERT_FILE to the copy.");
        }

        if (!options.Auth.AnonymousRead)
        {
            text.AppendLine("Clients need a token, because Mirror:Auth:AnonymousRead is off; the page below shows where to put it.");
        }

        if (!options.Auth.AnonymousRead && isSigned)
        {
            text.AppendLine("Keep it in one file with the host block: without the block, clients send it to the real registry.");
        }

        if (!isDemo || !options.Auth.AnonymousRead)
        {
            text.AppendLine(isSigned && options.Protocols.NetworkMirror
                ? "For all registries in one block (network mirror), other clients and pipelines, see"
                : "For other clients and pipelines, see");
            AppendUseThisMirror(text, options, urls);
        }

        if (isDemo)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"Then see what it has cached: {urls.Http ?? urls.Https}. To end the demo, press Ctrl-C.");
        }
    }

    private static void AppendExports(StringBuilder text, ServerUrls urls, string? authorityPath, DemoBanner demo)
    {
        text.AppendLine();
        if (demo.IsAnnounced)
        {
            text.AppendLine("The mirror command finds this demo:");
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{ClientConfiguration.ShellQuote(demo.Executable)} list-versions");
            text.AppendLine();
            text.AppendLine("For other programs, such as curl, paste these commands into their shell:");
        }
        else
        {
            text.AppendLine("To use this demo with the mirror command, paste these commands into its shell:");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"export {ServerLocator.UrlVariable}={urls.ForCommands[0]}");
        if (demo.Token is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"export {ServerLocator.TokenVariable}={demo.Token}");
        }

        if (authorityPath is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"export SSL_CERT_FILE={ClientConfiguration.ShellQuote(authorityPath)}");
        }
    }

    private static void AppendUseThisMirror(StringBuilder text, MirrorOptions options, ServerUrls urls) =>
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  {new Uri(urls.Http ?? urls.Preferred, $"{options.PathPrefix}/{Urls.UseThisMirror(Urls.DefaultGroup)}")}");
}

/// <param name="Origin">The demo's own registry.</param>
/// <param name="Token">The administrator token; null: the configuration has it.</param>
/// <param name="IsAnnounced">Commands of the same user find the demo.</param>
/// <param name="Executable">How to call the <c>mirror</c> command.</param>
internal sealed record DemoBanner(DemoOrigin Origin, string? Token, bool IsAnnounced, string Executable = "mirror")
{
    // The token stays out of logs and messages.
    public override string ToString() => Origin.Url.ToString();
}
