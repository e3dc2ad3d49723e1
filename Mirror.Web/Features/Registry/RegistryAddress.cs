using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Registry;

/// <summary>
/// The address of a published provider or module as commands take it: usually without a hostname, because only the server knows its own.
/// </summary>
/// <param name="Hostname">Null if the address has none.</param>
/// <param name="Source">Its hostname is only a placeholder if <paramref name="Hostname"/> is null.</param>
internal sealed record RegistryAddress(ProviderHostname? Hostname, ISourceAddress Source)
{
    private const string NoHostname =
        "The server does not know its own hostname, so nothing is published there. Set Mirror:PublicUrl to the URL that clients use.";

    /// <summary>The path below <c>/api/v1/groups/{group}/registry</c>.</summary>
    public string Path => Source switch
    {
        ModuleAddress module => $"modules/{module.Namespace}/{module.Name}/{module.System}",
        _ => $"providers/{Uri.EscapeDataString(Provider.Namespace)}/{Uri.EscapeDataString(Provider.Type)}",
    };

    public bool IsModule => Source is ModuleAddress;

    public ProviderAddress Provider => (ProviderAddress)Source;

    public static Argument<RegistryAddress> Argument() => new("address")
    {
        Description = "The published provider or module, such as acme/dns or acme/vpc/aws, with or without the server's hostname.",
        CustomParser = CommandOptions.ParseWith(Parse),
    };

    /// <exception cref="FormatException">The text is neither the address of a provider nor that of a module.</exception>
    public static RegistryAddress Parse(string text)
    {
        // Only hostnames have a dot or a port.
        string first = text.Split('/')[0];
        bool hasHostname = first.Contains('.') || first.Contains(':') || first.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        int parts = text.Count(c => c == '/') + (hasHostname ? 0 : 1);
        ISourceAddress? source = parts switch
        {
            2 when ProviderAddress.TryParse(text, out var provider) => provider,
            3 when ModuleAddress.TryParse(text, out var module) => module,
            _ => null,
        };
        return source is null
            ? throw new FormatException(
                $"'{text}' is not the address of a published provider or module; expected 'namespace/type' or 'namespace/name/system', such as 'acme/dns' or 'acme/vpc/aws'.")
            : new RegistryAddress(hasHostname ? source.Hostname : null, source);
    }

    /// <summary>Refuses a hostname that is not the server's own.</summary>
    /// <exception cref="InvalidDataException">It is that of another registry.</exception>
    public async Task CheckHostnameAsync(MirrorClient client, CancellationToken cancellationToken)
    {
        if (Hostname is null)
        {
            return;
        }

        var own = (await client.GetServerAsync(cancellationToken)).Hostnames;
        if (!own.Contains(Hostname.Value))
        {
            throw new InvalidDataException(own.Count == 0
                ? NoHostname
                : $"'{Hostname.Display}' is not the hostname of this server, '{own[0]}'. Omit the hostname, or use the server at '{Hostname.Display}'.");
        }
    }

    /// <summary>The server's current hostname.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public static async Task<string> OwnHostnameAsync(MirrorClient client, CancellationToken cancellationToken) =>
        (await client.GetServerAsync(cancellationToken)).Hostnames is [{ } current, ..] ? current : throw new InvalidDataException(NoHostname);

    /// <summary>As the user wrote it, in canonical form.</summary>
    public override string ToString() => Hostname is null ? Path[(Path.IndexOf('/') + 1)..] : $"{Source}";
}
