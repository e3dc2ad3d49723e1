using System.Text;

namespace Mirror.Web.Cli;

/// <summary>The console's standard output. A failure to write, such as to a closed stream or a full disk, names it.</summary>
internal sealed class StandardOutput(TextWriter console) : TextWriter
{
    public override Encoding Encoding => console.Encoding;

    public override void Write(char value) => Try(() => console.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => console.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => console.Write(value));

    public override void Flush() => Try(console.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Standard output cannot be written: {e.GetBaseException().Message}.", e);
        }
    }
}
