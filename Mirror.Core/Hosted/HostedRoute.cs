using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted;

/// <summary>A namespace of another registry, such as <c>registry.terraform.io/mycompany/*</c>.</summary>
/// <param name="Namespace">In lower case: registries compare namespaces without regard to case.</param>
[JsonConverter(typeof(TextValueConverter<RouteSource>))]
public sealed record RouteSource(ProviderHostname Hostname, string Namespace) : ITextValue<RouteSource>
{
    /// <summary>In characters: that of a provider address is enough.</summary>
    public const int MaxLength = ProviderAddress.MaxLength;

    private const string All = "/*";

    /// <summary>Accepts <c>hostname/namespace/*</c> and <c>namespace/*</c>, each also without <c>/*</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RouteSource? source)
    {
        source = null;
        if (text is not { Length: <= MaxLength })
        {
            return false;
        }

        string name = text.EndsWith(All, StringComparison.Ordinal) ? text[..^All.Length] : text;
        // The namespace of a module may contain what that of a provider may not, and the reverse.
        source = ProviderAddress.TryParse($"{name}/any", out var provider) ? new RouteSource(provider.Hostname, provider.Namespace)
            : ModuleAddress.TryParse($"{name}/any/any", out var module) ? new RouteSource(module.Hostname, module.Namespace.ToLowerInvariant())
            : null;
        return source is not null;
    }

    /// <summary>Parses like <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not a namespace of a registry.</exception>
    public static RouteSource Parse(string text) =>
        TryParse(text, out var source)
            ? source
            : throw new FormatException(
                $"'{text}' is not a namespace of a registry; expected 'hostname/namespace/*', such as 'registry.terraform.io/mycompany/*'.");

    public override string ToString() => $"{Hostname}/{Namespace}{All}";
}

/// <summary>
/// Serves a namespace of another registry from a registry namespace of the same root group. The other registry is then not queried for it.
/// </summary>
/// <param name="Target">The registry namespace.</param>
public sealed record HostedRoute(RouteSource Source, string Target, DateTimeOffset CreatedAt, string CreatedBy);

/// <param name="Source">Such as <c>registry.terraform.io/mycompany/*</c>.</param>
/// <param name="Target">A registry namespace of the same root group, such as <c>acme</c>.</param>
public sealed record NewHostedRoute(
    [MaxLength(RouteSource.MaxLength)] string Source, [MaxLength(RegistryNamespace.MaxName)] string Target);

/// <summary>The routes of a root group.</summary>
/// <param name="Items">By source.</param>
public sealed record HostedRouteList(IReadOnlyList<HostedRoute> Items);
