namespace Mirror.Core.Addresses;

public enum ObjectStoreFault
{
    /// <summary>No connection, or it ended early.</summary>
    Unreachable,

    /// <summary>No response within the time limit.</summary>
    TimedOut,

    /// <summary>There are no credentials, they are invalid, or they lack a permission.</summary>
    AccessDenied,

    /// <summary>The bucket or container does not exist.</summary>
    Missing,

    /// <summary>The store responds with an error.</summary>
    Failed,

    /// <summary>An object was replaced or deleted while it was read.</summary>
    Replaced,
}

/// <summary>
/// A call of an object store failed. The message is one sentence for operators, with the location and without credentials; clients see
/// <see cref="StorageFailure"/>'s.
/// </summary>
/// <param name="location">Such as <c>s3://bucket/prefix</c>.</param>
/// <param name="detail">What the store or the network reports, without credentials; null if there is nothing to add.</param>
public sealed class ObjectStoreException(ObjectStoreFault fault, string location, string? detail = null, Exception? inner = null)
    : IOException(Describe(fault, location, detail), inner)
{
    public ObjectStoreFault Fault { get; } = fault;

    private static string Describe(ObjectStoreFault fault, string location, string? detail)
    {
        string problem = fault switch
        {
            ObjectStoreFault.Unreachable => "cannot be reached",
            ObjectStoreFault.TimedOut => "does not respond",
            ObjectStoreFault.AccessDenied => "denies access",
            ObjectStoreFault.Missing => "does not exist",
            ObjectStoreFault.Replaced => "changed while it was read",
            _ => "responds with an error",
        };
        return $"{location} {problem}{(string.IsNullOrWhiteSpace(detail) ? "" : $": {detail.ReplaceLineEndings(" ").Trim().TrimEnd('.')}")}.";
    }
}
