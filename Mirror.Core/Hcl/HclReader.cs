using System.Globalization;
using System.Text;

namespace Mirror.Core.Hcl;

/// <summary>
/// Reads the structure of HCL's native syntax: attributes and blocks. Expressions stay text.
/// See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
/// </summary>
public sealed class HclReader
{
    /// <summary>The deepest nesting of blocks, brackets and interpolations together.</summary>
    public const int MaxDepth = 100;

    private readonly string _text;
    private int _at;
    private int _depth;
    private int _line = 1;
    private int _lineAt;

    private HclReader(string text) => (_text, _at) = (text, Start(text));

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private bool IsAtEnd => _at >= _text.Length;

    /// <param name="text">A whole file.</param>
    /// <param name="maxLength">In characters; a longer text is refused before it is read.</param>
    /// <exception cref="HclSyntaxException">The text is longer, nested deeper than <see cref="MaxDepth"/>, or not valid HCL.</exception>
    public static HclBody Read(string text, int maxLength)
    {
        if (text.Length > maxLength)
        {
            throw new HclSyntaxException(
                new(1, 1), string.Create(CultureInfo.InvariantCulture, $"the file is longer than {maxLength:N0} characters"));
        }

        var reader = new HclReader(text);
        var items = new Items();
        while (reader.SkipToItem(acrossLines: true))
        {
            if (reader.Current == '}')
            {
                throw reader.Fault("'}' closes no block");
            }

            reader.ReadItem(items);
            reader.ExpectEndOfLine();
        }

        return items.ToBody();
    }

    /// <summary>Reads the members of an expression that is an object, such as <c>{ source = "hashicorp/aws" }</c>.</summary>
    /// <returns>Empty for any other expression. Positions are relative to the expression.</returns>
    /// <exception cref="HclSyntaxException">The object is nested too deep, or not valid HCL.</exception>
    public static IReadOnlyList<HclAttribute> ReadObject(string expression)
    {
        if (!expression.StartsWith('{') || !expression.EndsWith('}'))
        {
            return [];
        }

        var reader = new HclReader(expression) { _at = 1 };
        var members = new List<HclAttribute>();
        while (reader.SkipToItem(acrossLines: true) && reader.Current != '}')
        {
            members.Add(reader.ReadMember());
            reader.SkipToItem(acrossLines: true);
            reader._at += reader.Current == ',' ? 1 : 0;
        }

        return members;
    }

    private HclAttribute ReadMember()
    {
        int begin = _at;
        string name = ReadLabel("an object");
        SkipToItem(acrossLines: false);
        if (Current is not ('=' or ':'))
        {
            throw Unexpected("'=' or ':' after the name of a member");
        }

        _at++;
        SkipToItem(acrossLines: false);
        int expression = _at;
        return new HclAttribute(name, ReadExpression(), PositionOf(begin), PositionOf(expression));
    }

    private void ReadItem(Items items)
    {
        int begin = _at;
        string name = ReadIdentifier("an attribute or a block");
        SkipToItem(acrossLines: false);
        if (Current == '=' && Next is not '=')
        {
            if (items.Find(name) is { } earlier)
            {
                throw Fault(begin, $"{Shorten(name)} is set twice; it was set before in {earlier.Position}");
            }

            _at++;
            SkipToItem(acrossLines: false);
            int expression = _at;
            items.Add(new HclAttribute(name, ReadExpression(), PositionOf(begin), PositionOf(expression)));
            return;
        }

        var labels = new List<string>();
        while (Current != '{')
        {
            labels.Add(ReadLabel(name));
            SkipToItem(acrossLines: false);
        }

        int open = _at;
        Enter();
        _at++;
        var body = ReadBlockBody(open);
        _depth--;
        items.Add(new HclBlock(name, labels, body, PositionOf(begin), PositionOf(_at)));
        _at++;
    }

    /// <summary>Stops at the closing brace.</summary>
    private HclBody ReadBlockBody(int open)
    {
        var items = new Items();
        SkipToItem(acrossLines: false);
        if (Current is not ('\n' or '\r' or '}') && !IsAtEnd)
        {
            // On the line of the opening brace stands one attribute at most, and the closing brace.
            int begin = _at;
            ReadItem(items);
            if (items.HasBlocks)
            {
                throw Fault(begin, "a block on one line cannot contain another block");
            }

            SkipToItem(acrossLines: false);
            return Current == '}'
                ? items.ToBody()
                : throw (IsAtEnd ? Fault(open, "'{' is never closed") : Fault("expected '}': a block on one line sets one attribute at most"));
        }

        while (SkipToItem(acrossLines: true))
        {
            if (Current == '}')
            {
                return items.ToBody();
            }

            ReadItem(items);
            ExpectEndOfLine();
        }

        throw Fault(open, "'{' is never closed");
    }

    private string ReadIdentifier(string expected)
    {
        int begin = _at;
        while (RuneAt(_at) is { } rune && IsIdentifierPart(rune, isFirst: _at == begin))
        {
            _at += rune.Utf16SequenceLength;
        }

        return _at > begin ? _text[begin.._at] : throw Unexpected(expected);
    }

    private string ReadLabel(string block)
    {
        if (Current != '"')
        {
            return ReadIdentifier($"'=' or '{{' after {Shorten(block)}");
        }

        int begin = _at;
        SkipTemplate();
        return HclString.TryRead(_text.AsSpan(begin.._at), out string? label)
            ? label
            : throw Fault(begin, "a label is a plain string, without interpolation and unknown escapes");
    }

    /// <summary>Ends before the line break, the comment or the bracket that ends the expression.</summary>
    private string ReadExpression()
    {
        int begin = _at, end = _at;
        while (!IsAtEnd && Current is not ('\n' or '}' or ']' or ')' or ',') && !(Current == '\r' && Next == '\n'))
        {
            if (IsComment)
            {
                SkipComment();
            }
            else if (Current is ' ' or '\t')
            {
                _at++;
            }
            else
            {
                bool heredoc = SkipPart();
                end = _at;
                if (heredoc)
                {
                    // Its last line is the marker: the line break behind it ends the attribute.
                    break;
                }
            }
        }

        return end > begin ? _text[begin..end] : throw Unexpected("a value after '='");
    }

    /// <summary>Skips a string, a heredoc, everything in brackets, or one character.</summary>
    /// <returns>Whether it was a heredoc.</returns>
    private bool SkipPart()
    {
        switch (Current)
        {
            case '"':
                SkipTemplate();
                return false;
            case '<' when IsHeredoc:
                SkipHeredoc();
                return true;
            case '{' or '[' or '(':
                SkipBrackets();
                return false;
            default:
                _at++;
                return false;
        }
    }

    private void SkipBrackets()
    {
        int begin = _at;
        char close = Current switch
        {
            '{' => '}',
            '[' => ']',
            _ => ')',
        };
        Enter();
        _at++;
        while (Current != close)
        {
            if (IsAtEnd)
            {
                throw Fault(begin, $"'{_text[begin]}' is never closed");
            }

            if (IsComment)
            {
                SkipComment();
            }
            else if (Current is '}' or ']' or ')')
            {
                throw Fault($"'{Current}' does not close the '{_text[begin]}' of {PositionOf(begin)}; expected '{close}'");
            }
            else
            {
                SkipPart();
            }
        }

        _at++;
        _depth--;
    }

    private void SkipTemplate()
    {
        int begin = _at++;
        while (Current != '"')
        {
            if (Current is '\n' || IsAtEnd)
            {
                throw Fault(begin, "the string is never closed");
            }

            if (StartsWith("$${") || StartsWith("%%{"))
            {
                _at += 3;
            }
            else if (StartsWith("${") || StartsWith("%{"))
            {
                _at++;
                SkipBrackets();
            }
            else
            {
                _at += Current == '\\' && _at + 1 < _text.Length && Next is not '\n' ? 2 : 1;
            }
        }

        _at++;
    }

    /// <summary>Skips to the end of the line with the closing marker.</summary>
    private void SkipHeredoc()
    {
        int begin = _at;
        _at += StartsWith("<<-") ? 3 : 2;
        string marker = ReadIdentifier("a marker after '<<'");
        if (_text.AsSpan(_at..EndOfLine(_at)) is not ("" or "\r"))
        {
            throw Unexpected("a line break after the marker");
        }

        for (int line = EndOfLine(_at); line < _text.Length;)
        {
            int end = EndOfLine(line + 1);
            var content = _text.AsSpan((line + 1)..end);
            if (content.Trim().SequenceEqual(marker))
            {
                _at = line + 1 + content.TrimEnd('\r').Length;
                return;
            }

            line = end;
        }

        throw Fault(begin, $"the heredoc is never closed; expected a line with {Shorten(marker)}");
    }

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private bool IsComment => Current == '#' || StartsWith("//") || StartsWith("/*");

    private bool IsHeredoc =>
        StartsWith("<<") && RuneAt(_at + (StartsWith("<<-") ? 3 : 2)) is { } first && IsIdentifierPart(first, isFirst: true);

    /// <summary>Stops before the line break that ends a comment up to the end of its line.</summary>
    private void SkipComment()
    {
        if (!StartsWith("/*"))
        {
            _at = EndOfLine(_at);
            return;
        }

        int end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        _at = end < 0 ? throw Fault("the comment is never closed") : end + 2;
    }

    /// <returns>False at the end of the text.</returns>
    private bool SkipToItem(bool acrossLines)
    {
        while (!IsAtEnd)
        {
            if (IsComment)
            {
                SkipComment();
            }
            else if (Current is ' ' or '\t' || (acrossLines && Current is '\n' or '\r'))
            {
                _at++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void ExpectEndOfLine()
    {
        SkipToItem(acrossLines: false);
        if (!IsAtEnd && Current != '\n' && !StartsWith("\r\n"))
        {
            throw Unexpected("a line break");
        }
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture, $"nested deeper than {MaxDepth} levels"));
        }
    }

    private bool StartsWith(string part) => string.CompareOrdinal(_text, _at, part, 0, part.Length) == 0;

    private int EndOfLine(int from)
    {
        int end = from >= _text.Length ? -1 : _text.IndexOf('\n', from);
        return end < 0 ? _text.Length : end;
    }

    /// <summary>UAX #31, with '-' added.</summary>
    private static bool IsIdentifierPart(Rune rune, bool isFirst) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.ConnectorPunctuation => !isFirst || rune.Value == '_',
        _ => !isFirst && rune.Value == '-',
    };

    /// <summary>Counts lines from the position asked for last: a file is read in time proportional to its length.</summary>
    private HclPosition PositionOf(int index)
    {
        index = Math.Min(index, _text.Length);
        _line += index >= _lineAt ? _text.AsSpan(_lineAt..index).Count('\n') : -_text.AsSpan(index.._lineAt).Count('\n');
        _lineAt = index;
        int begin = Math.Max(_text.AsSpan(0, index).LastIndexOf('\n') + 1, Start(_text));
        int column = 1;
        foreach (var _ in _text.AsSpan(begin..Math.Max(begin, index)).EnumerateRunes())
        {
            column++;
        }

        return new(_line, column);
    }

    /// <summary>Behind a byte order mark.</summary>
    private static int Start(string text) => text.StartsWith('\uFEFF') ? 1 : 0;

    private Rune? RuneAt(int index) => index < _text.Length && Rune.TryGetRuneAt(_text, index, out var rune) ? rune : null;

    private HclSyntaxException Unexpected(string expected) => Fault(
        IsAtEnd ? $"the file ends where {expected} is expected"
        : Current is '\n' or '\r' ? $"the line ends where {expected} is expected"
        : RuneAt(_at) is { } rune && !Rune.IsControl(rune) ? $"unexpected '{rune}'; expected {expected}"
        : $"unexpected character U+{(int)Current:X4}; expected {expected}");

    private HclSyntaxException Fault(string problem) => Fault(_at, problem);

    private HclSyntaxException Fault(int index, string problem) => new(PositionOf(index), problem);

    private static string Shorten(string name) => name.Length <= 60 ? name : name[..60] + "…";

    private sealed class Items
    {
        private readonly OrderedDictionary<string, HclAttribute> _attributes = [];
        private readonly List<HclBlock> _blocks = [];

        public bool HasBlocks => _blocks.Count > 0;

        public HclAttribute? Find(string name) => _attributes.GetValueOrDefault(name);

        public void Add(HclAttribute attribute) => _attributes.Add(attribute.Name, attribute);

        public void Add(HclBlock block) => _blocks.Add(block);

        public HclBody ToBody() => new([.. _attributes.Values], _blocks);
    }
}
