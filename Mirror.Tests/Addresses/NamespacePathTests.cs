using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class NamespacePathTests
{
    private static readonly string LongestName = new('a', 64);
    private static readonly string Longest = string.Join('/', Enumerable.Repeat(LongestName, 16));

    [Theory]
    [InlineData("default", "default", "default", null, "default")]
    [InlineData("a/b", "a", "b", "a", "a a/b")]
    [InlineData("platform/net-work_1/x", "platform", "x", "platform/net-work_1", "platform platform/net-work_1 platform/net-work_1/x")]
    [InlineData("az/z0-09_9a", "az", "z0-09_9a", "az", "az az/z0-09_9a")]
    public void Path_OfParts_HasItsParentRootAndName(string text, string root, string name, string? parent, string fromRoot)
    {
        var path = NamespacePath.Parse(text);

        Assert.Equal((text, text, root, name, parent), (path.Value, $"{path}", path.RootName, path.Name, path.Parent?.Value));
        Assert.Equal(parent is null, path.IsRoot);
        Assert.Equal(fromRoot, string.Join(' ', path.FromRoot));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("A")]
    [InlineData("aBc")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("_a")]
    [InlineData("a_")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a/..")]
    [InlineData("{")]
    [InlineData("a:b")]
    [InlineData("a`b")]
    [InlineData("a{b")]
    public void Parse_InvalidPath_ThrowsWithTheValue(string? text)
    {
        Assert.False(NamespacePath.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not a namespace path; expected names of",
            Assert.Throws<FormatException>(() => NamespacePath.Parse(text!)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Path_OfMaximumLengthAndDepth_ParsesAndHasNoChild()
    {
        Assert.Equal(NamespacePath.MaxLength, Longest.Length);
        Assert.True(NamespacePath.TryParse(Longest, out var path));
        Assert.False(path.TryAppend("a", out _));
        Assert.Equal("default", NamespacePath.Default.Value);
        Assert.False(NamespacePath.TryParse("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", out _));
        Assert.True(NamespacePath.TryParse("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p", out _));
        Assert.False(NamespacePath.TryParse(LongestName + "a", out _));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("9", true)]
    [InlineData("a-b_c9", true)]
    [InlineData("a/b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("A", false)]
    public void Name_WithinANamespace_IsOnePart(string? name, bool expected)
    {
        var path = NamespacePath.Parse("x/y");

        Assert.Equal(expected, NamespacePath.IsName(name));
        Assert.Equal(expected, path.TryAppend(name, out var appended));
        Assert.Equal(expected ? $"x/y/{name}" : null, appended?.Value);
        Assert.Equal(expected, path.TryRename(name, out var renamed));
        Assert.Equal(expected ? $"x/{name}" : null, renamed?.Value);
        Assert.Equal(expected, NamespacePath.Default.TryRename(name, out var root));
        Assert.Equal(expected ? name : null, root?.Value);
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "a/b", true)]
    [InlineData("a/b", "a/b/c/d", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "ab/c", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "b/a", false)]
    [InlineData("a/b", "a/c", false)]
    public void Contains_ItselfAndDescendants_IsTrue(string path, string other, bool expected) =>
        Assert.Equal(expected, NamespacePath.Parse(path).Contains(NamespacePath.Parse(other)));
}
