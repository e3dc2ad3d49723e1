using Mirror.Core.Configuration;

namespace Mirror.Core.Storage.Objects;

/// <summary>An object as users of the command line name it, such as <c>s3://bucket/key</c>.</summary>
public sealed record ObjectUrl
{
    public const string Forms = "s3://BUCKET/KEY, azblob://CONTAINER/KEY or gs://BUCKET/KEY";

    private const string S3 = "s3";
    private const string AzureBlob = "azblob";
    private const string GoogleCloud = "gs";
    private const string Separator = "://";

    private readonly string _scheme;
    private readonly string _bucket;

    private ObjectUrl(string scheme, string bucket, string key) => (_scheme, _bucket, Key) = (scheme, bucket, key);

    public string Key { get; }

    /// <summary>Whether the text is meant as a URL, valid or not.</summary>
    public static bool IsUrl(string text) => text.Contains(Separator, StringComparison.Ordinal);

    /// <exception cref="FormatException">The text is not the URL of an object; the message says what was expected.</exception>
    public static ObjectUrl Parse(string text)
    {
        string scheme = text[..Math.Max(0, text.IndexOf(Separator, StringComparison.Ordinal))];
        return scheme is S3 or AzureBlob or GoogleCloud
            && text[(scheme.Length + Separator.Length)..].Split('/', 2) is [{ Length: > 0 } bucket, { Length: > 0 } key]
            && key[^1] != '/'
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? new ObjectUrl(scheme, bucket, key)
            : throw new FormatException($"'{text}' is not the URL of an object; expected {Forms}.");
    }

    /// <summary>Opens the store of the object, with the credentials of this machine's user. Nothing connects before the first call.</summary>
    /// <param name="environment">Gets an environment variable.</param>
    /// <exception cref="FormatException">The environment lacks something; the message says what.</exception>
    /// <exception cref="Addresses.ObjectStoreException">There are no credentials, for example.</exception>
    public IObjectStore Open(Func<string, string?> environment, TimeProvider time) => _scheme switch
    {
        S3 => ObjectStores.Open(S3Of(environment), time),
        AzureBlob => ObjectStores.Open(AzureBlobOf(environment), time),
        _ => ObjectStores.Open(
            new GoogleCloudOptions { Bucket = _bucket, ServiceUrl = UrlIn("STORAGE_EMULATOR_HOST", environment) }, time),
    };

    public override string ToString() => $"{_scheme}{Separator}{_bucket}/{Key}";

    private S3Options S3Of(Func<string, string?> environment)
    {
        var url = UrlIn("AWS_ENDPOINT_URL_S3", environment) ?? UrlIn("AWS_ENDPOINT_URL", environment);
        return new S3Options
        {
            Bucket = _bucket,
            ServiceUrl = url,
            ForcePathStyle = url is not null,
            Region = url is null ? null : environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION"),
        };
    }

    private AzureBlobOptions AzureBlobOf(Func<string, string?> environment)
    {
        var options = new AzureBlobOptions { Container = _bucket };
        if (environment("AZURE_STORAGE_CONNECTION_STRING") is { Length: > 0 } connection)
        {
            return options with { ConnectionString = connection };
        }

        return environment("AZURE_STORAGE_ACCOUNT") is { Length: > 0 } account
            ? options with { ServiceUrl = new Uri($"https://{account}.blob.core.windows.net") }
            : throw new FormatException(
                $"'{this}' needs the storage account; set AZURE_STORAGE_ACCOUNT or AZURE_STORAGE_CONNECTION_STRING.");
    }

    /// <exception cref="FormatException">It is not a URL.</exception>
    private static Uri? UrlIn(string variable, Func<string, string?> environment)
    {
        if (environment(variable) is not { Length: > 0 } text)
        {
            return null;
        }

        return Uri.TryCreate(IsUrl(text) ? text : $"http://{text}", UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? url
            : throw new FormatException($"{variable}: '{text}' is not a URL; expected one such as https://store.example.com.");
    }
}
