using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Stores origin documents in the database.</summary>
internal static class OriginDocumentRows
{
    /// <param name="isKnown">A row with this key has been read before.</param>
    public static Task SaveOriginDocumentAsync(
        this IDbContextFactory<MirrorDbContext> databases,
        string key,
        byte[] body,
        string? etag,
        DateTimeOffset fetchedAt,
        bool isKnown,
        CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
        {
            // Do not read the existing body, which may be large.
            if (isKnown && await db.OriginDocuments.Where(row => row.Key == key).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Body, body)
                    .SetProperty(row => row.ETag, etag)
                    .SetProperty(row => row.FetchedAt, fetchedAt),
                cancellationToken).ConfigureAwait(false) > 0)
            {
                return;
            }

            // Another replica may have inserted the same row: the next attempt updates it.
            isKnown = true;
            db.OriginDocuments.Add(new OriginDocumentRow { Key = key, Body = body, ETag = etag, FetchedAt = fetchedAt });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        });
}
