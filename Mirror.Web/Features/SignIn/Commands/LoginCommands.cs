using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mirror.Core.Access;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.SignIn.Commands;

/// <summary><c>mirror login</c> and <c>mirror logout</c></summary>
internal static class LoginCommands
{
    public static ServerCommand Login()
    {
        var url = new Argument<Uri?>("url")
        {
            Description = "The server's URL, or its hostname. [default: the server that commands use now]",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = CommandOptions.ParseWith<Uri?>(text => ServerUrl.Parse(text)),
            DefaultValueFactory = _ => null,
        };
        var profile = new Option<string?>("--profile")
        {
            Description = "The name of the profile to store. [default: the host of the URL]",
            HelpName = "name",
            CustomParser = CommandOptions.ParseWith<string?>(CommandOptions.ParseProfile),
        };
        var authority = new Option<FileInfo?>("--authority")
        {
            Description = "A file with the certificate authority of the server, to store in the profile.",
            HelpName = "file",
            CustomParser = CommandOptions.ExistingFile("--authority"),
        };
        var certificate = new Option<FileInfo?>("--client-certificate")
        {
            Description = "A file with the certificate to present to the server, to store in the profile.",
            HelpName = "file",
            CustomParser = CommandOptions.ExistingFile("--client-certificate"),
        };
        var key = new Option<FileInfo?>("--client-key")
        {
            Description = "A file with the unencrypted key of the certificate. [default: the file of the certificate]",
            HelpName = "file",
            CustomParser = CommandOptions.ExistingFile("--client-key"),
        };
        var fromInput = new Option<bool>("--token-stdin")
        {
            Description = "Read the token from standard input instead of using a browser; a terminal prompts for it.",
        };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Only print the URL to open in a browser." };
        return new ServerCommand(
            "login",
            "Log in to a server and store the token as a profile. By default, you approve the login in a browser. The profile becomes the "
            + "current one, which commands use without --url.",
            "mirror login https://mirror.example.com",
            "mirror login mirror.example.com --profile prod --authority ca.pem",
            "mirror login https://mirror.example.com --token-stdin < token.txt")
        { url, profile, authority, certificate, key, fromInput, noBrowser }
            .Requires(result =>
            {
                if (result.GetValue(key) is not null && result.GetValue(certificate) is null)
                {
                    result.AddError("--client-key requires --client-certificate.");
                }
            })
            .RunsHere("Interrupted; nothing was stored.", call =>
            {
                var target = new ServerLocator(call.Environment).FindForLogin(call.Get(url), call.Get(profile));
                return RunAsync(
                    call,
                    target with
                    {
                        AuthorityPath = call.Get(authority)?.FullName ?? target.AuthorityPath,
                        Identity = call.Get(certificate) is { } file
                            ? new ClientIdentity(file.FullName, call.Get(key)?.FullName, certificate.Name, key.Name)
                            : target.Identity,
                    },
                    call.Get(profile) ?? target.Profile ?? NameFor(target.Url),
                    call.Get(fromInput),
                    call.Get(noBrowser) ? null : call.Environment.OpenBrowser);
            });
    }

    public static ServerCommand Logout()
    {
        var profile = CommandOptions.Profile();
        return new ServerCommand(
            "logout",
            "Delete a profile with its token. The token stays valid until it expires or is revoked.",
            "mirror logout",
            "mirror logout --profile prod") { profile }.RunsHere("Interrupted.", call =>
        {
            var store = new ProfileStore(call.Environment.UserDirectory);
            var file = store.Read();
            string name = call.Get(profile) ?? call.Environment.Find(ServerLocator.ProfileVariable) ?? file.Current
                ?? throw new InvalidDataException("There is no current profile; specify one with --profile.");
            var removed = file.Get(name);
            file.Profiles.Remove(name);
            store.Write(file.Current == name ? file with { Current = null } : file);
            return Task.FromResult(call.Print(
                new JsonObject { ["profile"] = name, ["url"] = removed.Url.ToString() },
                $"Logged out of {removed.Url}: deleted the profile '{name}'. To revoke its token, see {new Uri(removed.Url, Http.Urls.Account)}"));
        });
    }

    private static async Task<int> RunAsync(
        CommandCall call, ServerTarget target, string name, bool fromInput, Action<Uri>? openBrowser)
    {
        var store = new ProfileStore(call.Environment.UserDirectory);
        string path = store.Required();
        using var connection = ServerConnection.Open(target);
        if (!connection.Client.IsPrivate)
        {
            throw new InvalidDataException(
                $"{target.Url} is not encrypted, and the token could be read in transit; use the server's https URL.");
        }

        try
        {
            string token = fromInput
                ? await ReadTokenAsync(call)
                : await new BrowserLogin(connection, call.Output, openBrowser, TimeProvider.System).GetTokenAsync(call.Stop);
            var account = await connection.ClientWith(token).GetCallerAsync(call.Stop);
            var file = store.Read();
            file.Profiles[name] = new Profile(
                target.Url, token, target.AuthorityPath, FullPath(target.Identity?.CertificatePath), FullPath(target.Identity?.KeyPath));
            store.Write(file with { Current = name });
            return Print(call, target, name, path, account);
        }
        catch (MirrorApiException e) when (e.Status == HttpStatusCode.Unauthorized)
        {
            call.Output.Error($"{target.Url} does not accept the token; nothing was stored.");
        }
        catch (LoginFailedException e)
        {
            call.Output.Error(e.Message);
        }
        catch (HttpRequestException e)
        {
            call.Output.Error(connection.Explain(e));
        }

        return ExitCodes.Failure;
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static async Task<string> ReadTokenAsync(CommandCall call)
    {
        string token = (await SecretInput.ReadAsync("Token (input is hidden):", call.Stop, call.Environment.Input)).Trim();
        return token.Length == 0 ? throw new InvalidDataException("Standard input contains no token.")
            : Variables.Check(token) is null ? token
            : throw new InvalidDataException(
                $"The token on standard input is not valid; expected one line of at most {Variables.MaxLength} characters without spaces.");
    }

    private static int Print(CommandCall call, ServerTarget target, string name, string path, Account account)
    {
        int code = call.Print(
            new JsonObject
            {
                ["url"] = target.Url.ToString(),
                ["profile"] = name,
                ["path"] = path,
                ["kind"] = CommandText.Word<Core.Database.PrincipalKind>(account.Kind),
                ["name"] = account.Name,
            },
            $"Logged in to {target.Url} as {account.Name}. The profile '{name}' in {path} is now the current one.");
        string[] set = [.. new[] { ServerLocator.UrlVariable, ServerLocator.TokenVariable, ServerLocator.ProfileVariable }
            .Where(variable => call.Environment.Find(variable) is not null)];
        if (set.Length > 0)
        {
            call.Output.Error($"The environment overrides the current profile: {string.Join(", ", set)}.");
        }

        return code;
    }

    /// <summary>The host, with its port unless that is the usual one, and the path if there is one.</summary>
    private static string NameFor(Uri url)
    {
        string name = (url.Authority + url.AbsolutePath).TrimEnd('/');
        return name[..Math.Min(name.Length, ProfileStore.MaxNameLength)];
    }
}
