namespace Mirror.Core.Configuration;

/// <summary>
/// Amazon S3, or a store with the same API such as MinIO, Ceph, Garage or Cloudflare R2. See
/// <see href="operations.md#store-packages-in-an-object-store">Store packages in an object store</see>.
/// </summary>
public sealed record S3Options
{
    /// <summary>The URL of the store.</summary>
    /// <value>Amazon S3</value>
    /// <example><c>https://minio.example.com</c></example>
    public Uri? ServiceUrl { get; init; }

    /// <summary>The region of the bucket.</summary>
    /// <value>us-east-1 with a URL; otherwise from the environment, the profile or the instance</value>
    /// <example><c>eu-central-1</c></example>
    public string? Region { get; init; }

    /// <summary>The bucket, which must exist.</summary>
    /// <value>required</value>
    /// <example><c>example-mirror</c></example>
    public string? Bucket { get; init; }

    /// <summary>The ID of the access key. Without it, credentials come from the environment, the profile, the web identity or the
    /// instance.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The secret of the access key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The start of all objects' names, followed by a slash. Instances can share a bucket with different prefixes.</summary>
    /// <example><c>mirror</c>, <c>platform/mirror</c></example>
    public string? Prefix { get; init; }

    /// <summary>Whether the bucket is part of the URL's path instead of its host name.</summary>
    /// <value>true with a URL, otherwise false</value>
    public bool ForcePathStyle { get; init; }

    /// <summary>
    /// Whether clients download packages directly from the store, with URLs that are valid for 5 minutes, instead of through Mirror.
    /// </summary>
    public bool PresignedDownloads { get; init; }

    /// <summary>For the log and messages; without credentials.</summary>
    public override string ToString() => ObjectStoreOptionsReader.FormatLocation("s3", Bucket, Prefix);
}

/// <summary>
/// Azure Blob Storage. See <see href="operations.md#store-packages-in-an-object-store">Store packages in an object store</see>.
/// </summary>
public sealed record AzureBlobOptions
{
    /// <summary>The URL of the storage account. Credentials come from the environment, the workload identity, the managed identity or
    /// the Azure CLI.</summary>
    /// <value>required without a connection string</value>
    /// <example><c>https://example.blob.core.windows.net</c></example>
    public Uri? ServiceUrl { get; init; }

    /// <summary>The container, which must exist.</summary>
    /// <value>required</value>
    /// <example><c>mirror</c></example>
    public string? Container { get; init; }

    /// <summary>The connection string of the storage account, with its key, instead of <see cref="ServiceUrl"/>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The start of all blobs' names, followed by a slash. Instances can share a container with different prefixes.</summary>
    /// <example><c>mirror</c>, <c>platform/mirror</c></example>
    public string? Prefix { get; init; }

    /// <summary>
    /// Whether clients download packages directly from the store, with URLs that are valid for 5 minutes, instead of through Mirror.
    /// </summary>
    public bool PresignedDownloads { get; init; }

    /// <summary>For the log and messages; without credentials.</summary>
    public override string ToString() => ObjectStoreOptionsReader.FormatLocation("azblob", Container, Prefix);
}

/// <summary>
/// Google Cloud Storage. See <see href="operations.md#store-packages-in-an-object-store">Store packages in an object store</see>.
/// </summary>
public sealed record GoogleCloudOptions
{
    /// <summary>The URL of the store, for a private endpoint.</summary>
    /// <value>Google's public endpoint</value>
    /// <example><c>https://storage-example.p.googleapis.com</c></example>
    public Uri? ServiceUrl { get; init; }

    /// <summary>The bucket, which must exist.</summary>
    /// <value>required</value>
    /// <example><c>example-mirror</c></example>
    public string? Bucket { get; init; }

    /// <summary>A JSON file with the credentials of a service account or a workload identity.</summary>
    /// <value>the application default credentials</value>
    /// <example><c>/etc/mirror/google.json</c></example>
    public string? CredentialsPath { get; init; }

    /// <summary>The start of all objects' names, followed by a slash. Instances can share a bucket with different prefixes.</summary>
    /// <example><c>mirror</c>, <c>platform/mirror</c></example>
    public string? Prefix { get; init; }

    /// <summary>
    /// Whether clients download packages directly from the store, with URLs that are valid for 5 minutes, instead of through Mirror.
    /// </summary>
    public bool PresignedDownloads { get; init; }

    /// <summary>For the log and messages; without credentials.</summary>
    public override string ToString() => ObjectStoreOptionsReader.FormatLocation("gs", Bucket, Prefix);
}
