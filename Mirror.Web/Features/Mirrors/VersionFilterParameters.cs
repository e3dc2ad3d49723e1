using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The filters of the query string.</summary>
internal sealed record VersionFilterParameters
{
    [Description("The lowest trust of the packages: verified, bundled, unsigned, chained, imported, or empty for versions without packages")]
    public string? Trust { get; init; }

    [Description("The hostname of the origin registry"), MaxLength(ProviderHostname.MaxLength)]
    public string? Hostname { get; init; }

    [Description("A provider source address"), MaxLength(ProviderAddress.MaxLength)]
    public string? Provider { get; init; }

    [Description("A stored platform, such as linux_amd64"), MaxLength(Core.Addresses.Platform.MaxLength)]
    public string? Platform { get; init; }

    [Description("The full name of the principal that caused the version to be stored"), MaxLength(ListFilter.MaxName)]
    public string? CachedBy { get; init; }

    [Description("Stored at or after this time")]
    public DateTimeOffset? CachedFrom { get; init; }

    [Description("Stored before this time")]
    public DateTimeOffset? CachedBefore { get; init; }

    [Description("Stored before this time and not used since")]
    public DateTimeOffset? UnusedSince { get; init; }

    [Description("true for versions that the policy hides from clients; false for the others")]
    public bool? Hidden { get; init; }

    public VersionQuery ApplyTo(VersionQuery query)
    {
        // The same values as in the URL of the page.
        var filter = ListFilter.Read(
            name => name switch
            {
                "trust" => Trust,
                "host" => Hostname,
                "provider" => Provider,
                "platform" => Platform,
                "by" => CachedBy,
                _ => null,
            },
            out var invalid);
        if (invalid.Count > 0)
        {
            string fault = invalid[0] switch
            {
                "trust" => $"trust: '{Trust}' is not valid; expected {string.Join(", ", ListFilter.TrustNames)}.",
                "host" => $"hostname: '{Hostname}' is not a hostname.",
                "provider" => $"provider: '{Provider}' is not a provider source address; expected a value such as 'hashicorp/aws'.",
                "platform" => $"platform: '{Platform}' is not a platform; expected a value such as 'linux_amd64'.",
                _ => "cachedBy: expected the name of a principal.",
            };
            throw ApiProblemException.Invalid(fault);
        }

        return query with
        {
            Provider = filter.Provider,
            Filter = filter.ToFilter(default) with
            {
                CachedFrom = CachedFrom,
                CachedBefore = CachedBefore,
                UnusedSince = UnusedSince,
                Hidden = Hidden,
            },
        };
    }
}
