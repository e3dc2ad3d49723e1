using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>The rows in which documents of origins are kept.</summary>
internal static class OriginDocumentRows
{
    /// <param name="isKnown">A row with the key was read before.</param>
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
            // Without reading the body that is there, which may be large.
            if (isKnown && await db.OriginDocuments.Where(row => row.Key == key).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Body, body)
                    .SetProperty(row => row.ETag, etag)
                    .SetProperty(row => row.FetchedAt, fetchedAt),
                cancellationToken).ConfigureAwait(false) > 0)
            {
                return;
            }

            // Another replica may insert the same row at the same time: the next attempt then updates it.
            isKnown = true;
            db.OriginDocuments.Add(new OriginDocumentRow { Key = key, Body = body, ETag = etag, FetchedAt = fetchedAt });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        });
}
