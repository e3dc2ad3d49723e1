using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Addresses;

/// <summary>
/// Maps exceptions of this server's own database and package store to outcomes, for every protocol, the API and the pages.
/// </summary>
public static class StorageFailure
{
    // https://www.sqlite.org/rescode.html
    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    /// <returns>Null for any other exception, such as a client disconnect or a constraint violation caused by concurrent changes.</returns>
    public static Failure? Of(Exception exception) => Explain(exception) is { } reason ? new Failure(FailureKind.Storage, reason) : null;

    /// <summary>The failure to report to waiting callers for an exception of any kind.</summary>
    /// <param name="what">A clause such as "… could not be stored".</param>
    public static Failure Describe(string what, Exception exception) =>
        new(FailureKind.Storage, $"{what}: {Explain(exception) ?? $"{exception.GetType().Name}."}");

    /// <summary>Whether the database rejects or blocks writes while reads may still work.</summary>
    internal static bool ConcernsWriting(Exception exception) => CodeOf(exception) is Busy or Locked or ReadOnly or InputOutput or Full;

    /// <summary>Whether the database file is damaged or is not a database.</summary>
    internal static bool ConcernsPages(Exception exception) => CodeOf(exception) is Corrupt or NotADatabase;

    /// <summary>Why a command or the server cannot use the database and what to do about it, for the operator.</summary>
    /// <returns>Null if the exception does not come from the database.</returns>
    public static string? ExplainToOperator(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: DbException inner } => ExplainToOperator(inner),
        DbException => $"Mirror:Database:ConnectionString, or mirror.db in the data directory, cannot be used: {exception.Message} {Advise(CodeOf(exception))}".TrimEnd(),
        _ => null,
    };

    private static string? Advise(int? code) => code switch
    {
        Busy or Locked => "Stop the program that holds a lock on it.",
        ReadOnly => "The user that runs Mirror needs write access to the file and its directory, on a disk that is mounted read-write.",
        CannotOpen => "The user that runs Mirror needs read and write access to the file and its directory.",
        Full => "Free space on its disk.",
        InputOutput => "Check its disk. If the disk has failed, replace it and restore a backup with 'mirror restore <file>'.",
        Error or Corrupt or NotADatabase =>
            "Move the file and its -wal and -shm files to another directory, then restore a backup with 'mirror restore <file>'. Leave the packages in place. "
            + "Without a backup, 'mirror verify --offline --adopt' creates a new database and adopts the stored packages.",
        _ => null,
    };

    private static int? CodeOf(Exception exception) =>
        ((exception is DbUpdateException { InnerException: { } inner } ? inner : exception) as SqliteException)?.SqliteErrorCode;

    // No paths and no SQL: clients see these messages.
    private static string? Explain(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => null,
        DbUpdateException { InnerException: { } inner } => Explain(inner),
        SqliteException { SqliteErrorCode: Constraint } => null,
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            Busy or Locked => "This server's database is locked by another program.",
            ReadOnly => "This server's database is read-only.",
            InputOutput => "Reading or writing this server's database failed with a disk error.",
            Corrupt or NotADatabase => "This server's database is damaged.",
            Full => "The disk that holds this server's database is full.",
            CannotOpen => "This server's database cannot be opened: its file is missing or not readable.",
            Error when sqlite.Message.Contains("no such table", StringComparison.Ordinal) => "This server's database has no tables.",
            _ => "This server's database rejected a statement.",
        },
        DbException => "This server's database cannot be used.",
        FileNotFoundException or DirectoryNotFoundException => "A file of this server's package store is missing.",
        UnauthorizedAccessException => "This server has no permission to read or write its own files.",
        IOException { InnerException: not SocketException, HResult: var code } => ExplainDisk(code),
        _ => null,
    };

    /// <summary>Error codes (errno or Windows) that only file operations raise, so connection errors are never included.</summary>
    private static string? ExplainDisk(int code) => code switch
    {
        28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) => "The disk of this server is full.",
        30 or unchecked((int)0x80070013) => "The disk of this server is read-only.",
        5 or unchecked((int)0x8007045D) => "Reading or writing the disk of this server failed.",
        23 or 24 or unchecked((int)0x80070004) => "This server has too many files open.",
        _ => null,
    };
}
