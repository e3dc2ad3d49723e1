namespace Mirror.Web.Features.Jobs;

/// <summary>
/// Finds the boundaries of top-level items in HCL 1, the syntax of CLI configuration, without interpreting them.
/// See https://github.com/hashicorp/hcl/tree/hcl1.
/// </summary>
internal sealed class HclScanner(string text)
{
    private int _at = text.StartsWith('\uFEFF') ? 1 : 0;

    private char Current => _at < text.Length ? text[_at] : '\0';

    /// <returns>False at the end.</returns>
    public bool SkipToItem()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(Current) || Current == ',')
            {
                _at++;
            }
            else if (!SkipComment())
            {
                return true;
            }
        }

        return false;
    }

    public HclItem ReadItem()
    {
        int begin = _at;
        string name = ReadWord();
        string? label = null;
        while (true)
        {
            SkipBlanks();
            switch (Current)
            {
                case '{':
                    SkipNested();
                    return new HclItem(name, label, text[begin.._at]);
                case '=':
                    _at++;
                    SkipBlanks();
                    SkipValue();
                    return new HclItem(name, label, text[begin.._at]);
                default:
                    label = ReadWord();
                    break;
            }
        }
    }

    private string ReadWord()
    {
        int begin = _at;
        if (Current == '"')
        {
            SkipString();
            return text[(begin + 1)..(_at - 1)];
        }

        while (char.IsLetterOrDigit(Current) || Current is '_' or '-' or '.')
        {
            _at++;
        }

        return _at > begin ? text[begin.._at] : throw Fault(_at < text.Length ? $"unexpected '{Current}'" : "unexpected end of file");
    }

    private void SkipValue()
    {
        switch (Current)
        {
            case '"':
                SkipString();
                break;
            case '{' or '[':
                SkipNested();
                break;
            case '<':
                SkipHeredoc();
                break;
            default:
                while (_at < text.Length && !char.IsWhiteSpace(Current) && Current is not (',' or '}' or ']'))
                {
                    _at++;
                }

                break;
        }
    }

    /// <summary>Skips from an opening bracket past its closing one.</summary>
    private void SkipNested()
    {
        int begin = _at;
        var open = new Stack<char>();
        do
        {
            switch (Current)
            {
                case '\0':
                    _at = begin;
                    throw Fault($"'{Current}' is not closed");
                case '{' or '[':
                    open.Push(Current == '{' ? '}' : ']');
                    _at++;
                    break;
                case '}' or ']':
                    if (open.Pop() != Current)
                    {
                        throw Fault($"unexpected '{Current}'");
                    }

                    _at++;
                    break;
                case '"':
                    SkipString();
                    break;
                case '<' when text.AsSpan(_at).StartsWith("<<"):
                    SkipHeredoc();
                    break;
                default:
                    if (!SkipComment())
                    {
                        _at++;
                    }

                    break;
            }
        }
        while (open.Count > 0);
    }

    private void SkipString()
    {
        int begin = _at++;
        while (Current != '"')
        {
            if (Current is '\0' or '\n')
            {
                _at = begin;
                throw Fault("a string is not closed");
            }

            _at += Current == '\\' ? 2 : 1;
        }

        _at++;
    }

    private void SkipHeredoc()
    {
        int begin = _at;
        int end = EndOfLine(_at);
        string tag = text[_at..end].TrimStart('<').TrimStart('-').Trim();
        while (end < text.Length)
        {
            int next = EndOfLine(end + 1);
            if (text.AsSpan((end + 1)..next).Trim().SequenceEqual(tag))
            {
                _at = next;
                return;
            }

            end = next;
        }

        _at = begin;
        throw Fault($"<<{tag} is not closed");
    }

    private bool SkipComment()
    {
        if (Current == '#' || text.AsSpan(_at).StartsWith("//"))
        {
            _at = EndOfLine(_at);
            return true;
        }

        if (!text.AsSpan(_at).StartsWith("/*"))
        {
            return false;
        }

        int end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        _at = end < 0 ? throw Fault("a comment is not closed") : end + 2;
        return true;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n')
        {
            _at++;
        }
    }

    private int EndOfLine(int from)
    {
        int end = from >= text.Length ? -1 : text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }

    private FormatException Fault(string what) =>
        new(FormattableString.Invariant($"line {text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n') + 1}: {what}."));
}

/// <summary>A top-level block or setting of a CLI configuration file, verbatim.</summary>
/// <param name="Label">The label of a block; null if it has none.</param>
internal sealed record HclItem(string Name, string? Label, string Text)
{
    public override string ToString() => Label is null ? Name : $"{Name} \"{Label}\"";

    /// <summary>Splits a file into its top-level items, without the comments between them.</summary>
    /// <exception cref="FormatException">The end of an item cannot be determined.</exception>
    public static IReadOnlyList<HclItem> ReadAll(string text)
    {
        var scanner = new HclScanner(text.ReplaceLineEndings("\n"));
        var items = new List<HclItem>();
        while (scanner.SkipToItem())
        {
            items.Add(scanner.ReadItem());
        }

        return items;
    }
}
