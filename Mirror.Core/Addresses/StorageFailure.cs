using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

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
    internal static bool ConcernsWriting(Exception exception) => CodeOf(exception) is Busy or Locked or ReadOnly or InputOutput or Full
        || StateOf(exception) is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError;

    /// <summary>Whether the database file is damaged or is not a database.</summary>
    internal static bool ConcernsPages(Exception exception) => CodeOf(exception) is Corrupt or NotADatabase;

    /// <summary>Why a command or the server cannot use the database or the object store and what to do about it, for the operator.</summary>
    /// <returns>Null if the exception comes from neither of them.</returns>
    public static string? ExplainToOperator(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: DbException inner } => ExplainToOperator(inner),
        InvalidOperationException { InnerException: NpgsqlException inner } => ExplainToOperator(inner),
        PostgresException postgres => $"Mirror:Database:ConnectionString cannot be used: {Explain(postgres.SqlState)} ({postgres.MessageText}) {Advise(postgres.SqlState)}".TrimEnd(),
        NpgsqlException npgsql => $"Mirror:Database:ConnectionString cannot be used: {(npgsql.InnerException ?? npgsql).Message.TrimEnd('.')}. Check Host and Port, and that the server is running.",
        ObjectStoreException store => $"Mirror:Packages cannot be used: {store.Message} {Advise(store.Fault)}".TrimEnd(),
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

    private static string? Advise(string state) => state switch
    {
        PostgresErrorCodes.InvalidCatalogName => "Create an empty database with 'createdb --owner <user> <name>'.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Check Username, and Password or PGPASSWORD.",
        PostgresErrorCodes.InsufficientPrivilege => "The user needs to own the database, or to have the CREATE privilege on its schema.",
        PostgresErrorCodes.TooManyConnections => "Raise the server's max_connections, or lower Maximum Pool Size.",
        _ => null,
    };

    private static int? CodeOf(Exception exception) =>
        ((exception is DbUpdateException { InnerException: { } inner } ? inner : exception) as SqliteException)?.SqliteErrorCode;

    private static string? Advise(ObjectStoreFault fault) => fault switch
    {
        ObjectStoreFault.Unreachable or ObjectStoreFault.TimedOut => "Check the store's URL and region, and that it is running.",
        ObjectStoreFault.AccessDenied => "Check the credentials, and that they may list, read, write and delete objects there.",
        ObjectStoreFault.Missing => "Create it, or correct its name.",
        _ => null,
    };

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
        PostgresException postgres => Explain(postgres.SqlState),
        NpgsqlException { InnerException: TimeoutException } => "This server's database does not respond in time.",
        NpgsqlException => "This server's database cannot be reached.",
        InvalidOperationException { InnerException: NpgsqlException inner } => Explain(inner),
        DbException => "This server's database cannot be used.",
        ObjectStoreException store => store.Fault switch
        {
            ObjectStoreFault.Unreachable => "This server's package store cannot be reached.",
            ObjectStoreFault.TimedOut => "This server's package store does not respond in time.",
            ObjectStoreFault.AccessDenied => "This server's package store rejects its credentials.",
            ObjectStoreFault.Missing => "This server's package store does not exist.",
            ObjectStoreFault.Replaced => "The package was replaced while it was read.",
            _ => "This server's package store responds with an error.",
        },
        FileNotFoundException or DirectoryNotFoundException => "A file of this server's package store is missing.",
        UnauthorizedAccessException => "This server has no permission to read or write its own files.",
        IOException { InnerException: not SocketException, HResult: var code } => ExplainDisk(code),
        _ => null,
    };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static string? Explain(string state) => state switch
    {
        ['2', '3', ..] or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => null,
        PostgresErrorCodes.DiskFull => "The disk that holds this server's database is full.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "This server's database is read-only.",
        PostgresErrorCodes.TooManyConnections => "This server's database accepts no more connections.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "This server's database rejects its user or password.",
        PostgresErrorCodes.InsufficientPrivilege => "This server's user has too few permissions in its database.",
        PostgresErrorCodes.InvalidCatalogName => "This server's database does not exist.",
        PostgresErrorCodes.UndefinedTable => "This server's database has no tables.",
        PostgresErrorCodes.IoError => "Reading or writing this server's database failed with a disk error.",
        ['5', '7', 'P', ..] => "This server's database is stopping or starting.",
        ['X', 'X', ..] => "This server's database is damaged.",
        _ => "This server's database rejected a statement.",
    };

    private static string? StateOf(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState,
        { InnerException: PostgresException postgres } => postgres.SqlState,
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
