using System.Globalization;
using System.Text;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Demo;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>What the server prints when it is ready: where it is, and what to paste so that Terraform uses it.</summary>
internal static class StartBanner
{
    /// <summary>What to paste begins with this line and ends before the next blank one.</summary>
    internal const string PasteBegins = "cat > mirror.tfrc <<'EOF'";

    /// <param name="options">The configuration.</param>
    /// <param name="urls">Where the server listens.</param>
    /// <param name="authorityPath">What clients must trust; null: nothing.</param>
    /// <param name="newAdminToken">The token that was made at this start, if one was.</param>
    /// <param name="demo">The origin of a demonstration: then there is a Terraform configuration to paste as well.</param>
    public static string Compose(
        MirrorOptions options, ServerUrls urls, string? authorityPath, string? newAdminToken, DemoOrigin? demo = null)
    {
        var text = new StringBuilder();
        AppendServer(text, options, urls, authorityPath, newAdminToken);
        if (demo is not null)
        {
            AppendDemo(text, demo);
        }

        if (options.NetworkMirrorUrl(urls.Https) is { } mirror)
        {
            text.AppendLine(demo is null
                ? "To make Terraform install providers through it, paste this into a shell and run terraform init there:"
                : "To see it work, paste this into a shell, in an empty directory:");
            text.AppendLine();
            AppendPaste(text, mirror, authorityPath, demo is not null);
            AppendAfterPaste(text, urls, authorityPath, demo is not null);
        }
        else if (options.Protocols.NetworkMirror)
        {
            text.AppendLine("Terraform asks mirrors over https only: set Mirror:Listen:Https, or Mirror:PublicUrl where a proxy adds TLS.");
        }
        else
        {
            text.AppendLine(
                "The network mirror protocol is off (Mirror:Protocols:NetworkMirror). How clients use this instance without it is told at");
            AppendUseThisMirror(text, urls);
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
        if (newAdminToken is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  administrator's token, shown this once: {newAdminToken}");
        }

        if (authorityPath is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  certificate authority for clients to trust: {authorityPath}");
        }

        text.AppendLine();
    }

    private static void AppendDemo(StringBuilder text, DemoOrigin demo)
    {
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"This is a demonstration. The origin registry {DemoOrigin.Hostname} is part of it, at {demo.Url}, and has these providers,");
        text.AppendLine("signed by a key that was made just now:");
        foreach (var provider in ExampleProvider.All)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {provider.Address}  {string.Join(", ", provider.Versions)}  {provider.Description}");
        }

        text.AppendLine();
    }

    private static void AppendPaste(StringBuilder text, Uri mirror, string? authorityPath, bool demo)
    {
        text.AppendLine(PasteBegins);
        text.AppendLine(CultureInfo.InvariantCulture, $$"""
            provider_installation {
              network_mirror {
                url = "{{mirror}}"
              }
            }
            EOF
            export TF_CLI_CONFIG_FILE="$PWD/mirror.tfrc"
            """);
        if (authorityPath is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"export SSL_CERT_FILE={ShellQuote(authorityPath)}");
        }

        if (demo)
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

    private static void AppendAfterPaste(StringBuilder text, ServerUrls urls, string? authorityPath, bool demo)
    {
        if (demo)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"What it has mirrored then is at {urls.Http ?? urls.Https}. Ctrl-C ends the demonstration.");
        }
        else
        {
            if (authorityPath is not null)
            {
                AppendAuthorityNote(text);
            }

            text.AppendLine(
                "To have Terraform verify publishers itself and lock all platforms (signed pass-through), and for other clients and pipelines, see");
            AppendUseThisMirror(text, urls);
        }
    }

    private static void AppendUseThisMirror(StringBuilder text, ServerUrls urls) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"  {new Uri(urls.Http ?? urls.Preferred, Urls.UseThisMirror(Urls.DefaultGroup))}");

    private static void AppendAuthorityNote(StringBuilder text)
    {
        text.AppendLine(
            "SSL_CERT_FILE stands in for the system's bundle of certificates in that shell. Where other https hosts are needed there");
        text.AppendLine("as well, such as a remote backend, append the authority to a copy of the bundle and name the copy instead.");
    }

    private static string ShellQuote(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
