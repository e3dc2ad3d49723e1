using Mirror.Core.Credentials;

namespace Mirror.Web.Cli;

/// <summary>How a command found its server.</summary>
internal enum ServerSource
{
    UrlOption,
    UrlVariable,
    ProfileOption,
    ProfileVariable,
    CurrentProfile,

    /// <summary>The configuration in the working directory names its data directory.</summary>
    DataDirectory,
    Demo,
}

/// <summary>Where the token of a command comes from.</summary>
internal enum TokenSource
{
    None,
    Option,
    Variable,
    Profile,

    /// <summary>The administrator token of a server of this machine.</summary>
    DataDirectory,
}

/// <summary>The server of a command, and its access to it.</summary>
/// <param name="Profile">The name of the profile that the URL or the token is from; null: neither is from one.</param>
/// <param name="Token">Null: none is sent.</param>
/// <param name="AuthorityPath">A file with the certificate authority to trust, besides the system's; null: none.</param>
/// <param name="DataDirectory">Of a server of this machine that was found by it; null otherwise.</param>
internal sealed record ServerTarget(
    Uri Url,
    ServerSource Source,
    string? Profile,
    string? Token,
    TokenSource TokenSource,
    string? AuthorityPath,
    string? DataDirectory = null)
{
    /// <summary>The certificate to present; null: none.</summary>
    public ClientIdentity? Identity { get; init; }

    // The token stays out of logs and messages.
    public override string ToString() => Url.ToString();
}

/// <summary>The environment names something that does not exist or is not valid; the command is then bad usage.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Finds the server of a command: <c>--url</c> or <c>MIRROR_URL</c>, else a profile, else a server of this machine. A token is sent
/// only to the server that it is for: that of a profile to the URL of the profile, that of a data directory to the server that uses
/// the directory, and <c>MIRROR_TOKEN</c> to <c>MIRROR_URL</c> if both are set.
/// </summary>
internal sealed class ServerLocator(CommandEnvironment environment)
{
    public const string UrlVariable = "MIRROR_URL";
    public const string TokenVariable = "MIRROR_TOKEN";
    public const string ProfileVariable = "MIRROR_PROFILE";

    private readonly ProfileStore _store = new(environment.UserDirectory);

    /// <param name="url">Of <c>--url</c>; null: not given.</param>
    /// <param name="profile">Of <c>--profile</c>, which ignores the variables; null: not given.</param>
    /// <param name="token">Of <c>--token</c>; null: not given.</param>
    /// <exception cref="UsageException">A variable is not valid.</exception>
    /// <exception cref="InvalidDataException">There is no such profile, more than one matches, or their file is damaged.</exception>
    /// <exception cref="Mirror.Core.Configuration.InvalidConfigurationException">The configuration of this machine's server is not
    /// valid.</exception>
    /// <exception cref="StartFailedException">It cannot be read.</exception>
    public ServerTarget Find(Uri? url, string? profile, string? token)
    {
        if (profile is not null)
        {
            return OfProfile(profile, ServerSource.ProfileOption, token, null);
        }

        var configured = ReadUrlVariable();
        if ((url ?? configured) is { } named)
        {
            bool isFor = configured is null || configured == named;
            var source = url is null ? ServerSource.UrlVariable : ServerSource.UrlOption;
            string? other = isFor ? ReadTokenVariable() : null;
            return OfUrl(named, source, token, other, needsToken: token is null && other is null);
        }

        string? variable = ReadTokenVariable();
        return environment.Find(ProfileVariable) is { } chosen ? OfProfile(chosen, ServerSource.ProfileVariable, token, variable)
            : _store.Read().Current is { } current ? OfProfile(current, ServerSource.CurrentProfile, token, variable)
            : OfThisMachine(token, variable);
    }

    /// <summary>The server to log in to, without a token.</summary>
    /// <param name="url">Null: that of the profile, else the one that commands use now.</param>
    /// <param name="profile">Null: any.</param>
    /// <exception cref="UsageException">A variable is not valid.</exception>
    /// <exception cref="InvalidDataException">There is no such profile, or their file is damaged.</exception>
    public ServerTarget FindForLogin(Uri? url, string? profile)
    {
        var target = url is null ? Find(null, profile, null) : OfUrl(url, ServerSource.UrlOption, null, null, needsToken: false);
        return target with { Token = null, TokenSource = TokenSource.None };
    }

    private ServerTarget OfProfile(string name, ServerSource source, string? option, string? variable)
    {
        var profile = _store.Read().Get(name);
        return Create(profile.Url, source, option, variable, name, profile, null);
    }

    private ServerTarget OfUrl(Uri url, ServerSource source, string? option, string? variable, bool needsToken)
    {
        var (name, profile) = FindProfile(url, needsToken);
        var local = new Func<LocalServer?>[]
        {
            () => LocalServer.Configured(environment, mustBeValid: false), () => LocalServer.Demo(environment),
        }.Select(find => find()).FirstOrDefault(server => server?.Has(url) == true);
        return Create(url, source, option, variable, name, profile, local);
    }

    private (string? Name, Profile? Profile) FindProfile(Uri url, bool isNeeded)
    {
        ProfileFile file;
        try
        {
            file = _store.Read();
        }
        catch (Exception e) when (!isNeeded && e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return default; // The token is given already.
        }

        return file.NamesFor(url, environment.Find(ProfileVariable)) switch
        {
            [] => default,
            [var name] => (name, file.Profiles[name]),
            var names when isNeeded => throw new InvalidDataException(
                $"The profiles {string.Join(", ", names)} have the URL {url}; select one of them with --profile."),
            _ => default,
        };
    }

    private ServerTarget OfThisMachine(string? option, string? variable)
    {
        var configured = LocalServer.Configured(environment, mustBeValid: true)!;
        var server = configured.IsRunning ? configured : LocalServer.Demo(environment) ?? configured;
        return Create(server.Urls[0], server.Source, option, variable, null, null, server) with { DataDirectory = server.DataDirectory };
    }

    private ServerTarget Create(
        Uri url, ServerSource source, string? option, string? variable, string? name, Profile? profile, LocalServer? local)
    {
        var (token, tokenSource) = option is not null ? (option, TokenSource.Option)
            : variable is not null ? (variable, TokenSource.Variable)
            : profile is not null ? (profile.Token, TokenSource.Profile)
            : local?.AdminToken is { } admin ? (admin, TokenSource.DataDirectory)
            : (null, TokenSource.None);
        var (own, named) = (profile is null ? null : ClientIdentity.Of(name!, profile), ClientIdentity.Find(environment));
        return new ServerTarget(url, source, name, token, tokenSource, profile?.AuthorityPath ?? local?.AuthorityPath)
        {
            Identity = source == ServerSource.ProfileOption ? own ?? named : named ?? own,
        };
    }

    private string? ReadTokenVariable() => environment.Find(TokenVariable) is not { } token ? null
        : Variables.Check(token) is not { } fault ? token
        : throw new UsageException($"{TokenVariable}: {fault}");

    private Uri? ReadUrlVariable()
    {
        try
        {
            return environment.Find(UrlVariable) is { } text ? ServerUrl.Parse(text, UrlVariable) : null;
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
