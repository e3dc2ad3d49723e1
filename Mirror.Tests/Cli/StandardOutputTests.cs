using System.Text;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Commands;

namespace Mirror.Tests.Cli;

/// <summary>Streams that cannot be written, such as those that a shell closed.</summary>
public sealed class StandardOutputTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("completion", "bash")]
    [InlineData("profile", "list")]
    public async Task Command_StandardOutputCannotBeWritten_FailsWithOneLine(params string[] args)
    {
        using var error = new StringWriter();
        await using var output = new StandardOutput(new ClosedWriter());

        int code = await MirrorCommandLine.RunAsync(
            args, new CommandInvocation(CommandLine.NoEnvironment) { Output = output, Error = error });

        Assert.Equal(1, code);
        Assert.Equal($"Standard output cannot be written: Bad file descriptor.{Environment.NewLine}", error.ToString());
    }

    [Theory]
    [InlineData(1, "--help")]
    [InlineData(1, "profile", "list")]
    [InlineData(1, "frobnicate")]
    public async Task Command_NoStreamCanBeWritten_StillEnds(int expected, params string[] args)
    {
        await using var closed = new ClosedWriter();

        Assert.Equal(expected, await MirrorCommandLine.RunAsync(
            args, new CommandInvocation(CommandLine.NoEnvironment) { Output = closed, Error = closed }));
    }

    /// <summary>As the console behaves if the stream is closed.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) =>
            throw new UnauthorizedAccessException("Access to the path is denied.", new IOException("Bad file descriptor"));
    }
}
