namespace Mirror.Web.Cli;

/// <summary>Where the server listens once it does, as clients on this machine reach it.</summary>
/// <param name="Http">Null: off.</param>
/// <param name="Https">Null: off.</param>
public sealed record ServerUrls(Uri? Http, Uri? Https)
{
    /// <summary>The preferred URL for clients.</summary>
    public Uri Preferred => Https ?? Http ?? throw new InvalidOperationException("The server listens nowhere.");
}
