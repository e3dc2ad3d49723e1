using Mirror.Core.Hcl;

namespace Mirror.Tests.Hcl;

public sealed class HclReaderTests
{
    private const int MaxLength = 10_000;

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF# comment")]
    [InlineData("/* comment\n over lines */\n// another\r\n")]
    public void Body_OfCommentsOnly_IsEmpty(string text)
    {
        var body = HclReader.Read(text, MaxLength);

        Assert.Empty(body.Attributes);
        Assert.Empty(body.Blocks);
    }

    [Theory]
    [InlineData("a=1", "1")]
    [InlineData("a /* 1 */ = /* 2 */ 1 /* 3 */ # 4\n", "1")]
    [InlineData("a = \"}\" // \"\n", "\"}\"")]
    [InlineData("a = \"x ${b[\"c}\"]} $${d %%{ \\\" \"\n", "\"x ${b[\"c}\"]} $${d %%{ \\\" \"")]
    [InlineData("a = [\n  1, # ]\n  { b = \"]\" },\n]\n", "[\n  1, # ]\n  { b = \"]\" },\n]")]
    [InlineData("a = f(\n  <<-EOT\n    EOTHER )\n    EOT\n)", "f(\n  <<-EOT\n    EOTHER )\n    EOT\n)")]
    [InlineData("a = <<EOT\nx }\n  EOT\nb = 2", "<<EOT\nx }\n  EOT")]
    [InlineData("a = <<EOT\r\nx\r\nEOT\r\nb = 2\r\n", "<<EOT\r\nx\r\nEOT")]
    [InlineData("a = b ? c : d /* e\n f */ + g\n", "b ? c : d /* e\n f */ + g")]
    [InlineData("a = \"x\ty\"", "\"x\ty\"")]
    public void Attribute_OfAnyExpression_KeepsItsText(string text, string expression)
    {
        var attribute = HclReader.Read(text, MaxLength).Find("a");

        Assert.Equal(expression, attribute?.Expression);
    }

    [Theory]
    [InlineData("b {}")]
    [InlineData("b{\n}")]
    [InlineData("/* 1 */ b /* 2 */ { # 3\n /* 4 */ } # 5")]
    [InlineData("b { /* 1 */ } // 2\n\n")]
    public void Block_WithoutContent_IsEmpty(string text)
    {
        var block = Assert.Single(HclReader.Read(text, MaxLength).Blocks);

        Assert.Equal("b", block.Type);
        Assert.Empty(block.Labels);
        Assert.Empty(block.Body.Attributes);
    }

    [Fact]
    public void Block_WithLabelsAndNestedBlocks_IsReadWithPositions()
    {
        var body = HclReader.Read("ä = 1\nouter \"a \\\"b\\\" \\u00e4\" c-d {\n  x = 1\n  inner { y = 2 }\n}\nouter \"2\" {}\n", MaxLength);

        var outer = body.Blocks[0];
        Assert.Equal(["a \"b\" ä", "c-d"], outer.Labels);
        Assert.Equal(new HclPosition(2, 1), outer.Position);
        Assert.Equal(new HclPosition(5, 1), outer.End);
        Assert.Equal("1", outer.Body.Find("x")?.Expression);
        var inner = Assert.Single(outer.Body.Blocks);
        Assert.Equal(new HclPosition(4, 3), inner.Position);
        Assert.Equal(new HclPosition(4, 15), inner.Body.Find("y")?.ExpressionPosition);
        Assert.Equal(2, body.Blocks.Count);
    }

    [Theory]
    [InlineData("\"3.2.4\"", "3.2.4")]
    [InlineData("\"a\\tb\\n\\\\ $${x} %%{y}\"", "a\tb\n\\ ${x} %{y}")]
    [InlineData("\"\\U0001F600\"", "😀")]
    [InlineData("\"${x}\"", null)]
    [InlineData("\"%{if x}\"", null)]
    [InlineData("\"\\q\"", null)]
    [InlineData("\"\\u12\"", null)]
    [InlineData("\"a\" + \"b\"", null)]
    [InlineData("3", null)]
    [InlineData("<<E\nx\nE", null)]
    public void String_OfALiteral_IsRead(string expression, string? value)
    {
        var attribute = HclReader.Read($"a = {expression}\n", MaxLength).Find("a")!;

        Assert.Equal(value is not null, attribute.TryReadString(out string? read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("a", "line 1, column 2: the file ends where '=' or '{' after a is expected")]
    [InlineData("a\n", "line 1, column 2: the line ends where '=' or '{' after a is expected")]
    [InlineData("a =\n", "line 1, column 4: the line ends where a value after '=' is expected")]
    [InlineData("\n a = 1 }", "line 2, column 8: unexpected '}'; expected a line break")]
    [InlineData("a = 1, b = 2", "line 1, column 6: unexpected ','; expected a line break")]
    [InlineData("a = 1\na = 2", "line 2, column 1: a is set twice; it was set before in line 1, column 1")]
    [InlineData("b { x = 1", "line 1, column 3: '{' is never closed")]
    [InlineData("b {\n  x = 1\n", "line 1, column 3: '{' is never closed")]
    [InlineData("b { x = 1, y = 2 }", "line 1, column 10: expected '}': a block on one line sets one attribute at most")]
    [InlineData("b { c {} }", "line 1, column 5: a block on one line cannot contain another block")]
    [InlineData("b {} c {}", "line 1, column 6: unexpected 'c'; expected a line break")]
    [InlineData("}", "line 1, column 1: '}' closes no block")]
    [InlineData("a = [1", "line 1, column 5: '[' is never closed")]
    [InlineData("a = [1}", "line 1, column 7: '}' does not close the '[' of line 1, column 5; expected ']'")]
    [InlineData("a = \"x\nb = 1", "line 1, column 5: the string is never closed")]
    [InlineData("a = <<EOT\nx\n", "line 1, column 5: the heredoc is never closed; expected a line with EOT")]
    [InlineData("/* x", "line 1, column 1: the comment is never closed")]
    [InlineData("b \"${x}\" {}", "line 1, column 3: a label is a plain string, without interpolation and unknown escapes")]
    [InlineData("\u0001", "line 1, column 1: unexpected character U+0001; expected an attribute or a block")]
    [InlineData("\"é\" = 1", "line 1, column 1: unexpected '\"'; expected an attribute or a block")]
    public void Syntax_Invalid_IsRejectedWithLineAndColumn(string text, string message)
    {
        var refused = Assert.Throws<HclSyntaxException>(() => HclReader.Read(text, MaxLength));

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void Text_LongerThanTheLimit_IsRejected()
    {
        var refused = Assert.Throws<HclSyntaxException>(() => HclReader.Read(new string(' ', MaxLength + 1), MaxLength));

        Assert.EndsWith("the file is longer than 10,000 characters", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = ", "[", "]")]
    [InlineData("", "b {\n", "}\n")]
    [InlineData("a = ", "\"${", "}\"")]
    public void Nesting_DeeperThanTheLimit_IsRejected(string prefix, string open, string close)
    {
        _ = HclReader.Read(Nested(HclReader.MaxDepth), MaxLength);

        var refused = Assert.Throws<HclSyntaxException>(() => HclReader.Read(Nested(HclReader.MaxDepth + 1), MaxLength));

        Assert.EndsWith("nested deeper than 100 levels", refused.Message, StringComparison.Ordinal);

        string Nested(int depth) =>
            prefix + string.Concat(Enumerable.Repeat(open, depth)) + string.Concat(Enumerable.Repeat(close, depth));
    }
}
