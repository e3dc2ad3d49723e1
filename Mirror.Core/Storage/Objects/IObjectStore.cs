using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Objects;

/// <summary>
/// A bucket or container of an object store, below a prefix of keys. Implementations translate the calls and errors of one provider's
/// client library; everything that the providers have in common is in the callers. Keys are relative to the prefix.
/// </summary>
/// <remarks>
/// Every method throws an <see cref="ObjectStoreException"/> if the store cannot be reached, denies access or fails. An implementation
/// retries throttled requests, server errors and lost connections a few times, with jitter, but not once bytes have been read.
/// <see cref="ObjectStores"/> adds the time limits, so an implementation disables its library's own.
/// </remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>For messages, without credentials: <c>s3://bucket/prefix</c>, <c>azblob://container/prefix</c>, <c>gs://bucket/prefix</c>.</summary>
    string Location { get; }

    /// <summary>
    /// Uploads an object from the start to the end of the content, in parts if it is large; a part that fails is uploaded again. The object
    /// is visible only when it is complete, and replaces an existing one. An upload that fails leaves nothing behind, except for parts that
    /// <see cref="AbortUploadsAsync"/> removes.
    /// </summary>
    /// <param name="content">Seekable.</param>
    /// <returns>The identity of the new object, see <see cref="ObjectFacts.Identity"/>.</returns>
    Task<string> WriteAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <returns>Null if there is no such object.</returns>
    Task<ObjectFacts?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from an offset to its end.</summary>
    /// <param name="offset">In bytes; less than the length of the object.</param>
    /// <param name="identity">The expected identity; null for any.</param>
    /// <returns>Null if there is no such object, or it has another identity.</returns>
    Task<Stream?> OpenAsync(string key, long offset, string? identity, CancellationToken cancellationToken);

    /// <returns>False if there was no such object.</returns>
    Task<bool> DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>All objects whose keys start with a text, in no particular order.</summary>
    IAsyncEnumerable<ObjectEntry> ListAsync(string start, CancellationToken cancellationToken);

    /// <summary>Removes the parts of uploads that began before a time and were never completed.</summary>
    /// <returns>The number of removed uploads; 0 where the store removes them itself.</returns>
    Task<int> AbortUploadsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>A URL with which any client can read an object until it expires, without other credentials.</summary>
    /// <param name="fileName">The file name that the response suggests.</param>
    /// <returns>Null if the credentials cannot sign URLs.</returns>
    Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken);
}

/// <param name="Length">In bytes.</param>
/// <param name="Identity">Changes when the object is replaced: the ETag, or the generation in Google Cloud Storage.</param>
public readonly record struct ObjectFacts(long Length, string Identity);

/// <summary>An entry of a store's list.</summary>
/// <param name="Length">In bytes.</param>
public readonly record struct ObjectEntry(string Key, long Length);
