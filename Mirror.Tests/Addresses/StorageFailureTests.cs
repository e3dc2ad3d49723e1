using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class StorageFailureTests
{
    private const string Path = "/var/lib/mirror/packages/sha256/ab/abcd";

    public static TheoryData<Exception> Exceptions =>
    [
        new IOException($"No space left on device : '{Path}'", 28),
        new IOException($"Something else about '{Path}'"),
        new FileNotFoundException($"Could not find file '{Path}'.", Path),
        new UnauthorizedAccessException($"Access to the path '{Path}' is denied."),
        new InvalidOperationException($"Cannot use '{Path}'."),
    ];

    /// <summary>Clients receive this text, so it must not contain a path.</summary>
    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Tell_OfAnyException_NamesTheObjectWithoutAPath(Exception exception)
    {
        var told = StorageFailure.Describe("registry.example.com/example/hello 1.0.0 could not be stored", exception);

        Assert.Equal(FailureKind.Storage, told.Kind);
        Assert.StartsWith("registry.example.com/example/hello 1.0.0 could not be stored: ", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/var/lib", told.Message, StringComparison.Ordinal);
    }
}
