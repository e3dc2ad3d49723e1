namespace Mirror.Web.Cli;

/// <summary>Where the server listens once it does, as clients on this machine reach it.</summary>
/// <param name="Http">Null: off.</param>
/// <param name="Https">Null: off.</param>
public sealed record ServerUrls(Uri? Http, Uri? Https)
{
    /// <summary>Whether HTTPS is refused to clients without a certificate.</summary>
    public bool RequiresCertificate { get; init; }

    /// <summary>The preferred URL for clients.</summary>
    public Uri Preferred => Https ?? Http ?? throw new InvalidOperationException("The server has no listener.");

    /// <summary>For commands on this machine, best first. Only loopback addresses are exempt from the certificate.</summary>
    public IReadOnlyList<Uri> ForCommands => [.. (RequiresCertificate && Http?.IsLoopback == true
        ? new[] { Http, Https }
        : new[] { Https, Http }).OfType<Uri>()];
}
