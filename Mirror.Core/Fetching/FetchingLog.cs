using Microsoft.Extensions.Logging;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching;

/// <summary>Log messages about fetching. Event ids are stable: 2000 and up.</summary>
internal static partial class FetchingLog
{
    [LoggerMessage(2001, LogLevel.Information, "Cached {Package}: {Size} bytes, sha256 {Digest}, {Trust}")]
    public static partial void Cached(this ILogger logger, string package, long size, string digest, string trust);

    [LoggerMessage(2002, LogLevel.Warning, "Could not fetch {Package}: {Reason}")]
    public static partial void FetchFailed(this ILogger logger, string package, string reason);

    [LoggerMessage(2003, LogLevel.Error, "Quarantined {Package}: {Reason} It is retried after {Until:u}")]
    public static partial void VerificationFailed(this ILogger logger, string package, string reason, DateTimeOffset until);

    [LoggerMessage(2004, LogLevel.Error, "{Package} is passed through without being stored: {Reason}")]
    public static partial void PassedThrough(this ILogger logger, string package, string? reason);

    [LoggerMessage(2005, LogLevel.Error, "{Package} was delivered but could not be stored")]
    public static partial void StoreFailed(this ILogger logger, string package, Exception exception);

    [LoggerMessage(2006, LogLevel.Warning, "Could not refresh {Document}, serving the cached document: {Reason}")]
    public static partial void ServingStale(this ILogger logger, string document, string reason);

    [LoggerMessage(2007, LogLevel.Information, "Verified {Release} with key {Fingerprint} of {Owner}")]
    public static partial void ReleaseVerified(this ILogger logger, string release, string fingerprint, string? owner);

    [LoggerMessage(2008, LogLevel.Warning, "{Provider} is signed with a new key {Fingerprint} of {Owner}")]
    public static partial void NewKey(this ILogger logger, string provider, string? fingerprint, string? owner);

    [LoggerMessage(2009, LogLevel.Error, "Could not compute the h1 hash of {Digest}")]
    public static partial void ContentHashFailed(this ILogger logger, string digest, Exception exception);

    [LoggerMessage(2010, LogLevel.Error, "A fetch ended unexpectedly: {What}")]
    public static partial void Unexpected(this ILogger logger, string what, Exception exception);

    [LoggerMessage(2011, LogLevel.Warning, "The package {Digest} is stored and served. {Problem}")]
    public static partial void ArchiveProblem(this ILogger logger, string digest, string problem);

    [LoggerMessage(2012, LogLevel.Information, "Cached the module {Module}: {Size} bytes, SHA-256 {Digest}")]
    public static partial void ModuleCached(this ILogger logger, string module, long size, string digest);

    [LoggerMessage(2013, LogLevel.Information, "Accepted {Release} without a publisher's signature: {Trust}")]
    public static partial void ReleaseUnsigned(this ILogger logger, string release, TrustLevel trust);

    [LoggerMessage(2014, LogLevel.Error, "Could not store {Document} in the database; it stays in memory until the next start")]
    public static partial void DocumentNotWrittenDown(this ILogger logger, string document, Exception exception);

    [LoggerMessage(2015, LogLevel.Error, "Could not find the packages without an h1 hash; this is retried at the next start")]
    public static partial void ContentHashesNotFound(this ILogger logger, Exception exception);

    [LoggerMessage(2017, LogLevel.Warning, "{Revision} of {Module} is now {Commit} in {Repository}; the stored archive was made of {Stored}")]
    public static partial void RevisionMoved(
        this ILogger logger, string? revision, string module, string commit, string repository, string? stored);

    [LoggerMessage(2018, LogLevel.Warning, "Could not check {Revision} of {Module}: {Reason}")]
    public static partial void RevisionNotChecked(this ILogger logger, string? revision, string module, string reason);
}
