using Mirror.Core.Configuration;

namespace Mirror.Core.Identity.Federation;

/// <summary>The URL by which others know this instance, which it signs as the issuer of its tokens.</summary>
public sealed class InstanceAddress(MirrorOptions options)
{
    private Uri? _listening;

    /// <summary>Null until the server listens, where none is configured.</summary>
    public string? Issuer => (options.PublicUrl ?? _listening)?.AbsoluteUri.TrimEnd('/');

    /// <summary>Tells where the server listens.</summary>
    public void Listening(Uri url) => _listening = url;
}
