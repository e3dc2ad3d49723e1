using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Addresses;

/// <summary>
/// The one map from what goes wrong in this server's own database or package store to the outcome that it is (DESIGN §5), for every
/// protocol, the API and the pages.
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

    /// <returns>Null where the exception is something else, such as a client that has left, or a constraint that two changes raced
    /// for.</returns>
    public static Failure? Of(Exception exception) => Explain(exception) is { } reason ? new Failure(FailureKind.Storage, reason) : null;

    /// <summary>
    /// What became of something because of an exception that may be of any kind; whatever it is, those who wait must learn of it.
    /// </summary>
    /// <param name="what">Such as "… could not be stored".</param>
    public static Failure Tell(string what, Exception exception) =>
        new(FailureKind.Storage, $"{what}: {Explain(exception) ?? $"{exception.GetType().Name}."}");

    /// <summary>The database refuses writes, or waits for them, while reading may work.</summary>
    internal static bool ConcernsWriting(Exception exception) => CodeOf(exception) is Busy or Locked or ReadOnly or InputOutput or Full;

    /// <summary>What the database's file holds is not a database, or not whole.</summary>
    internal static bool ConcernsPages(Exception exception) => CodeOf(exception) is Corrupt or NotADatabase;

    /// <summary>For the operator: why a command or a start cannot use the database, and what to do about it.</summary>
    /// <returns>Null where the exception is not one of the database.</returns>
    public static string? ExplainToOperator(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: DbException inner } => ExplainToOperator(inner),
        DbException => $"Mirror:Database:ConnectionString, or mirror.db in the data directory, cannot be used: {exception.Message} {Advise(CodeOf(exception))}".TrimEnd(),
        _ => null,
    };

    private static string? Advise(int? code) => code switch
    {
        Busy or Locked => "End the program that holds a lock on it.",
        ReadOnly => "The user that Mirror runs as needs to write the file and its directory, and their disk has to be mounted for writing.",
        CannotOpen => "The user that Mirror runs as needs to read and write the file and its directory.",
        Full => "Make room on its disk.",
        InputOutput => "Check its disk; where that has failed, replace it and restore a backup with 'mirror restore <file>'.",
        Error or Corrupt or NotADatabase =>
            "Move it away, together with the -wal and -shm files beside it, and restore a backup with 'mirror restore <file>'; packages stay where they are. "
            + "Without a backup, 'mirror verify --offline --adopt' makes a new database that takes the packages over.",
        _ => null,
    };

    private static int? CodeOf(Exception exception) =>
        ((exception is DbUpdateException { InnerException: { } inner } ? inner : exception) as SqliteException)?.SqliteErrorCode;

    // No paths and no statements: clients read it, too.
    private static string? Explain(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => null,
        DbUpdateException { InnerException: { } inner } => Explain(inner),
        SqliteException { SqliteErrorCode: Constraint } => null,
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            Busy or Locked => "This server's database is locked by another program.",
            ReadOnly => "This server's database may only be read.",
            InputOutput => "The disk failed to read or write this server's database.",
            Corrupt or NotADatabase => "This server's database is damaged.",
            Full => "The disk that holds this server's database is full.",
            CannotOpen => "This server's database cannot be opened: its file is missing, or may not be read.",
            Error when sqlite.Message.Contains("no such table", StringComparison.Ordinal) => "This server's database has lost its tables.",
            _ => "This server's database refused a statement.",
        },
        DbException => "This server's database cannot be used.",
        FileNotFoundException or DirectoryNotFoundException => "A file of this server's package store is missing.",
        UnauthorizedAccessException => "This server may not read or write its own files.",
        IOException { InnerException: not SocketException, HResult: var code } => ExplainDisk(code),
        _ => null,
    };

    /// <summary>Of errors that only files have, so that none of a connection is among them: errno, or the code of Windows.</summary>
    private static string? ExplainDisk(int code) => code switch
    {
        28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) => "The disk of this server is full.",
        30 or unchecked((int)0x80070013) => "The disk of this server may only be read.",
        5 or unchecked((int)0x8007045D) => "The disk of this server failed to read or write.",
        23 or 24 or unchecked((int)0x80070004) => "This server has too many files open.",
        _ => null,
    };
}
