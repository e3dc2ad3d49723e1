using System.Text.RegularExpressions;

namespace Mirror.Core.Configuration;

/// <summary>Reads the sections of object stores below <c>Mirror:Packages</c>.</summary>
public static partial class ObjectStoreOptionsReader
{
    private const int MaxPrefixLength = 200;

    /// <summary>A URL without credentials, such as <c>s3://bucket/prefix</c>.</summary>
    public static string FormatLocation(string scheme, string? bucket, string? prefix) =>
        $"{scheme}://{bucket}{(prefix is null ? "" : "/" + prefix)}";

    /// <param name="isUsed">Whether packages are stored there, so that all required keys must be set.</param>
    internal static S3Options ReadS3(ConfigurationSectionReader section, bool isUsed)
    {
        var url = section.OptionalUrl("ServiceUrl", "https", "http");
        var options = new S3Options
        {
            ServiceUrl = url,
            Region = section.Parsed("Region", text => Match(text, Region, "a region such as eu-central-1"), "region"),
            Bucket = section.Parsed("Bucket", text => Match(text, Bucket, "the name of a bucket"), "name", isUsed),
            AccessKey = section.OptionalText("AccessKey"),
            SecretKey = section.Secret("SecretKey"),
            Prefix = ReadPrefix(section),
            ForcePathStyle = section.Boolean("ForcePathStyle", url is not null),
            PresignedDownloads = section.Boolean("PresignedDownloads", false),
        };
        if (options is { AccessKey: not null, SecretKey: null })
        {
            section.Fault("SecretKey", "is missing, but AccessKey is set; expected both or neither of them");
        }
        else if (options is { AccessKey: null, SecretKey: not null })
        {
            section.Fault("AccessKey", "is missing, but SecretKey is set; expected both or neither of them");
        }

        return options;
    }

    internal static AzureBlobOptions ReadAzureBlob(ConfigurationSectionReader section, bool isUsed)
    {
        var options = new AzureBlobOptions
        {
            ServiceUrl = section.OptionalUrl("ServiceUrl", "https"),
            Container = section.Parsed(
                "Container",
                text => Match(text, Container, "the name of a container: 3 to 63 lowercase letters, digits and hyphens"),
                "name",
                isUsed),
            ConnectionString = section.Secret("ConnectionString"),
            Prefix = ReadPrefix(section),
            PresignedDownloads = section.Boolean("PresignedDownloads", false),
        };
        if (options is { ServiceUrl: not null, ConnectionString: not null })
        {
            section.Fault("ConnectionString", "cannot be combined with ServiceUrl; expected one of them");
        }
        else if (isUsed && options is { ServiceUrl: null, ConnectionString: null } && section.OptionalText("ServiceUrl") is null)
        {
            section.Fault("ServiceUrl", "is missing; expected the URL of the storage account, or ConnectionString instead");
        }

        return options;
    }

    internal static GoogleCloudOptions ReadGoogleCloud(ConfigurationSectionReader section, bool isUsed)
    {
        var options = new GoogleCloudOptions
        {
            ServiceUrl = section.OptionalUrl("ServiceUrl", "https", "http"),
            Bucket = section.Parsed("Bucket", text => Match(text, Bucket, "the name of a bucket"), "name", isUsed),
            CredentialsPath = section.OptionalText("CredentialsPath", "path"),
            Prefix = ReadPrefix(section),
            PresignedDownloads = section.Boolean("PresignedDownloads", false),
        };
        if (options is { CredentialsPath: not null, ServiceUrl: { Scheme: "http", IsLoopback: false } })
        {
            section.Fault("CredentialsPath", "cannot be combined with an http ServiceUrl on another machine, which would send credentials unencrypted");
        }

        return options;
    }

    private static string? ReadPrefix(ConfigurationSectionReader section) =>
        section.Parsed("Prefix", ParsePrefix, "path without a slash at its ends");

    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static string ParsePrefix(string text) =>
        text.Length <= MaxPrefixLength && Prefix.IsMatch(text) && !text.Split('/').Any(part => part is "." or "..")
            ? text
            : throw new FormatException(
                $"'{text}' is not a prefix; expected at most {MaxPrefixLength} letters, digits and the characters . _ - /, without a slash at its ends, empty parts, '.' and '..'");

    private static string Match(string text, Regex pattern, string expected) =>
        pattern.IsMatch(text) ? text : throw new FormatException($"'{text}' is not valid; expected {expected}");

    [GeneratedRegex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Prefix { get; }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]$", RegexOptions.NonBacktracking)]
    private static partial Regex Bucket { get; }

    [GeneratedRegex("^[a-z0-9](-?[a-z0-9]){2,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex Container { get; }

    [GeneratedRegex("^[A-Za-z0-9-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex Region { get; }
}
