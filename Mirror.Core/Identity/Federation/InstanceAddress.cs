using Mirror.Core.Configuration;

namespace Mirror.Core.Identity.Federation;

/// <summary>The public URL of this instance, which is the issuer of its tokens.</summary>
public sealed class InstanceAddress(MirrorOptions options)
{
    private Uri? _listening;

    /// <summary>Null until the server listens, if no URL is configured.</summary>
    public string? Issuer => (options.PublicUrl ?? _listening)?.AbsoluteUri.TrimEnd('/');

    /// <summary>Sets the URL on which the server listens.</summary>
    public void Listening(Uri url) => _listening = url;
}
