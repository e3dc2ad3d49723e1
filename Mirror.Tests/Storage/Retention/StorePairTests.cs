using Mirror.Core.Storage.Retention;

namespace Mirror.Tests.Storage.Retention;

public sealed class StorePairTests
{
    [Theory]
    [InlineData(null, null, false, 0)] // both new
    [InlineData("a", null, false, 0)] // nothing was stored yet
    [InlineData("a", "a", false, 0)]
    [InlineData("a", "a", true, 3)]
    [InlineData("a", "a", false, 3)] // the packages are missing, but the disk is the correct one
    [InlineData("a", "a", true, 0)] // an older database: the packages stay
    public void Mismatch_OfAMatchingPair_IsNull(string? database, string? store, bool hasPackages, int named) =>
        Assert.Null(new StorePair(database, store, hasPackages, named).FindMismatch());

    [Theory]
    [InlineData(null, "b", true, 0, "the database is new")]
    [InlineData(null, "b", false, 0, "the database is new")]
    [InlineData(null, null, true, 0, "the database is new")]
    [InlineData("a", "b", true, 3, "instance b")]
    [InlineData("a", "b", false, 0, "instance b")]
    [InlineData("a", "a, incomplete", true, 3, "mirror migrate-packages")]
    [InlineData("a", "b, incomplete", true, 3, "instance b, incomplete")]
    [InlineData("a", null, false, 3, "mounted")]
    [InlineData(null, null, false, 3, "mounted")]
    [InlineData("a", null, true, 3, "has no instance id")]
    [InlineData("a", null, true, 0, "has no instance id")]
    public void Mismatch_OfANonMatchingPair_DescribesIt(
        string? database, string? store, bool hasPackages, int named, string found) =>
        Assert.Contains(found, new StorePair(database, store, hasPackages, named).FindMismatch(), StringComparison.Ordinal);
}
