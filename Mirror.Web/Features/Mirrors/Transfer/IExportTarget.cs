namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Where an export goes. Names are relative, with <c>/</c>. What an interrupted export left is gone on with.</summary>
internal interface IExportTarget : IDisposable
{
    /// <summary>The SHA-256 of a file that is there already, in lower-case hexadecimal; null where there is none.</summary>
    string? FindHash(string name);

    /// <summary>What a small file that is there already holds, or null.</summary>
    byte[]? Find(string name);

    void Write(string name, byte[] content);

    /// <summary>Takes a large file while it comes; where that ends in an exception, nothing of it is there.</summary>
    Task WriteAsync(string name, Func<Stream, Task> write);

    /// <summary>Everything has been written.</summary>
    void Complete();
}
