using System.CommandLine;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Cli;
using Mirror.Web.Cli;
using Xunit;

namespace Mirror.Tests.Hosting;

/// <summary>If a command cannot use the database, it reports the reason and what to do, and exits with 1.</summary>
public sealed class DatabaseFailureCommandTests
{
    public static TheoryData<Exception, string> Issues() => new()
    {
        { new SqliteException("file is not a database", 26), "'mirror restore <file>'" },
        { new SqliteException("malformed", 11), "'mirror restore <file>'" },
        { new SqliteException("no such table: Versions", 1), "'mirror restore <file>'" },
        { new SqliteException("io", 10), "replace it" },
        { new SqliteException("locked", 5), "Stop the program" },
        { new SqliteException("table locked", 6), "Stop the program" },
        { new SqliteException("read-only", 8), "needs write access" },
        { new SqliteException("cannot open", 14), "needs read and write access" },
        { new SqliteException("full", 13), "Free space" },
        { new DbUpdateException("update", new SqliteException("full", 13)), "Free space" },
    };

    [Theory]
    [MemberData(nameof(Issues))]
    public async Task Command_OnTheDataDirectory_ReportsWhatToDo(Exception trouble, string advice) =>
        await AssertExplainedAsync(Probe().RunsHere("Interrupted.", _ => throw trouble), [], trouble, advice);

    [Theory]
    [MemberData(nameof(Issues))]
    public async Task Command_WorkingOffline_ReportsWhatToDo(Exception trouble, string advice) =>
        await AssertExplainedAsync(
            Probe().Connects((_, _) => throw trouble), ["--url", "http://127.0.0.1:1", "--token", "none"], trouble, advice);

    private static ServerCommand Probe() => new("probe", "Meets the trouble.");

    private static async Task AssertExplainedAsync(Command command, string[] arguments, Exception trouble, string advice)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        int code = await command.Parse(arguments).InvokeAsync(invocation);

        Assert.Equal((1, ""), (code, output.ToString()));
        Assert.StartsWith("Mirror:Database:ConnectionString", error.ToString(), StringComparison.Ordinal);
        Assert.Contains((trouble as DbException ?? trouble.InnerException!).Message, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(advice, error.ToString(), StringComparison.Ordinal);
    }
}
