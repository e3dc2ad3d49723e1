using System.Globalization;
using System.Text;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Jobs;

namespace Mirror.Web.Features.Jobs;

/// <summary>
/// The CLI configuration of one run: the user's own, with settings that lead to the mirror instead of those that would bypass it.
/// See https://developer.hashicorp.com/terraform/cli/config/config-file.
/// </summary>
/// <param name="SetAside">Messages about the user's settings that are ignored.</param>
/// <param name="Tokens">Environment variables that would otherwise override the tokens in the text.</param>
internal sealed record CliConfiguration(string Text, IReadOnlyList<string> SetAside, IReadOnlyDictionary<string, string> Tokens)
{
    private const string Installation = "provider_installation";
    private const string TokenPrefix = "TF_TOKEN_";

    public static CliConfiguration Compose(UserConfiguration user, NewJob job)
    {
        var registries = job.Registries.Select(registry => registry.Hostname).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var trusted = registries.Append(MirrorHost(job)).Concat(job.OwnHostname is { } own ? [own] : Array.Empty<string>()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder();
        var setAside = new List<string>();
        bool installs = false;
        foreach (var (path, items) in user.Files)
        {
            foreach (var item in items)
            {
                installs |= item.Name == Installation;
                bool replaced = item.Name == Installation
                    || item is { Name: "host", Label: { } host } && registries.Contains(Normal(host))
                    || item is { Name: "credentials", Label: { } owner } && trusted.Contains(Normal(owner));
                if (replaced)
                {
                    setAside.Add($"Ignoring {item} of {path} for this run.");
                }
                else
                {
                    text.Append(item.Text).Append('\n');
                }
            }
        }

        AppendHosts(text, job, trusted);
        AppendInstallation(text, job, installs ? [] : user.PluginDirectories);
        return new CliConfiguration(text.ToString(), setAside, Overriding(user.Variables, trusted, job.Token));
    }

    private static void AppendHosts(StringBuilder text, NewJob job, HashSet<string> trusted)
    {
        foreach (var registry in job.Registries)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                host {{Quote(registry.Hostname)}} {
                  services = {
                    "providers.v1" = {{Quote(registry.ProvidersUrl.AbsoluteUri)}}
                    "modules.v1"   = {{Quote(registry.ModulesUrl.AbsoluteUri)}}
                  }
                }

                """);
        }

        foreach (string host in trusted)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                credentials {{Quote(host)}} {
                  token = {{Quote(job.Token)}}
                }

                """);
        }
    }

    private static void AppendInstallation(StringBuilder text, NewJob job, IReadOnlyList<string> pluginDirectories)
    {
        var direct = job.Registries.Select(registry => registry.Hostname).Concat(job.OwnHostname is { } own ? [own] : Array.Empty<string>());
        string patterns = string.Join(", ", direct.Select(host => Quote(host + "/*/*")));
        text.Append("provider_installation {\n");
        foreach (string directory in pluginDirectories)
        {
            text.Append(CultureInfo.InvariantCulture, $"  filesystem_mirror {{\n    path = {Quote(directory)}\n  }}\n");
        }

        if (job.NetworkMirrorUrl is not { } mirror)
        {
            text.Append("  direct {}\n");
        }
        else
        {
            if (patterns.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  direct {{\n    include = [{patterns}]\n  }}\n");
            }

            text.Append(
                CultureInfo.InvariantCulture,
                $"  network_mirror {{\n    url = {Quote(mirror.AbsoluteUri)}\n{(patterns.Length > 0 ? $"    exclude = [{patterns}]\n" : "")}  }}\n");
        }

        text.Append("}\n");
    }

    /// <summary>The host, with its port unless it is the default one, as Terraform compares hosts.</summary>
    private static string MirrorHost(NewJob job) => (job.NetworkMirrorUrl ?? job.Registries[0].ProvidersUrl).Authority;

    private static string Normal(string host) => ProviderHostname.TryParse(host, out var parsed) ? parsed.Value : host;

    /// <summary>A token in the environment overrides one in the configuration.</summary>
    private static Dictionary<string, string> Overriding(
        IReadOnlyDictionary<string, string> variables, HashSet<string> trusted, string token) =>
        variables.Keys.Where(name => name.StartsWith(TokenPrefix, StringComparison.Ordinal)
            && trusted.Contains(Normal(name[TokenPrefix.Length..].Replace("__", "-", StringComparison.Ordinal).Replace('_', '.'))))
        .ToDictionary(name => name, _ => token);

    internal static string Quote(string text) => JsonSerializer.Serialize(text, JsonConfiguration.Plain.String);
}
