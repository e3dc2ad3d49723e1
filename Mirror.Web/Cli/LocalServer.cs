using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Cli;

/// <summary>A server of this machine, which shares its data directory with the command line.</summary>
/// <param name="Urls">Best first.</param>
/// <param name="AuthorityPath">The certificate authority that it made; null: it has a certificate of its operator's.</param>
/// <param name="AdminToken">For the command line of the user who runs it; null: there is none, or it belongs to another user.</param>
internal sealed record LocalServer(
    ServerSource Source, IReadOnlyList<Uri> Urls, string DataDirectory, string? AuthorityPath, string? AdminToken, bool IsRunning)
{
    // The token stays out of logs and messages.
    public override string ToString() => DataDirectory;

    /// <summary>The path of the public URL; empty if it has none.</summary>
    public string PathPrefix { get; init; } = "";

    public bool Has(Uri url) => Urls.Any(own => own == url || new Uri(own, PathPrefix + "/") == url);

    /// <summary>The server of the configuration in the working directory, also if it is stopped.</summary>
    /// <param name="mustBeValid">Otherwise a faulty configuration counts as none.</param>
    /// <exception cref="InvalidConfigurationException">The configuration is not valid.</exception>
    /// <exception cref="StartFailedException">The configuration cannot be read.</exception>
    public static LocalServer? Configured(CommandEnvironment environment, bool mustBeValid)
    {
        MirrorOptions options;
        try
        {
            options = MirrorOptionsReader.Read(
                MirrorConfiguration.Load(environment.WorkingDirectory, new Dictionary<string, string?>()), checkFiles: false);
        }
        catch (Exception e) when (!mustBeValid && e is (InvalidConfigurationException or StartFailedException))
        {
            return null;
        }

        var running = ServerFile.Read(ServerFile.PathIn(options.DataDirectory));
        var urls = running?.Urls ?? new ServerUrls(ForThisMachine(options.Listen.Http), ForThisMachine(options.Listen.Https))
        {
            RequiresCertificate = options.Tls.ClientCertificates == ClientCertificatePolicy.Require,
        }.ForCommands;
        return Create(ServerSource.DataDirectory, urls, options.DataDirectory, options.TlsDirectory, options.Auth.AdminToken, running is not null)
            with
        { PathPrefix = options.PathPrefix };
    }

    /// <summary>The demo that this user runs; null: there is none.</summary>
    public static LocalServer? Demo(CommandEnvironment environment) =>
        environment.UserDirectory is { } user && ServerFile.Read(ServerFile.DemoPathIn(user)) is { DataDirectory: { } data } file
            ? Create(ServerSource.Demo, file.Urls, data, new MirrorOptions { DataDirectory = data }.TlsDirectory, null, isRunning: true)
            : null;

    private static Uri? ForThisMachine(Uri? listen) => listen is null ? null : ListenAddress.ForThisMachine(listen);

    private static LocalServer Create(
        ServerSource source, IReadOnlyList<Uri> urls, string dataDirectory, string tlsDirectory, string? adminToken, bool isRunning) => new(
        source,
        [.. urls.Select(ServerUrl.WithSlash)],
        dataDirectory,
        Path.Combine(tlsDirectory, "ca.pem") is var authority && File.Exists(authority) ? authority : null,
        adminToken ?? Http.AdminToken.ReadFile(dataDirectory),
        isRunning);
}
