using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials;
using Mirror.Core.Database;

namespace Mirror.Web.Cli;

/// <summary>Options and arguments that several commands share, parsed into value types. A malformed value is bad usage.</summary>
internal static class CommandOptions
{
    public const string GroupPathName = "--group-path";

    public static Option<Uri?> Url() => new("--url")
    {
        Description = $"The server's URL. [default: ${ServerLocator.UrlVariable}, otherwise the profile's, otherwise the server on this machine]",
        HelpName = "url",
        CustomParser = ParseWith<Uri?>(text => ServerUrl.Parse(text)),
    };

    public static Option<string?> Profile() => new("--profile")
    {
        Description = $"A profile that 'mirror login' stored. [default: ${ServerLocator.ProfileVariable}, otherwise the current one]",
        HelpName = "name",
        CustomParser = ParseWith<string?>(ParseProfile),
    };

    /// <exception cref="FormatException">The text cannot be the name of a profile.</exception>
    public static string ParseProfile(string text) => ProfileStore.IsName(text)
        ? text
        : throw new FormatException(
            $"'{text}' is not the name of a profile; expected 1 to {ProfileStore.MaxNameLength} characters without spaces.");

    public static Option<string?> Token() => new("--token")
    {
        Description = $"An access token. [default: ${ServerLocator.TokenVariable}, otherwise the profile's, "
            + "otherwise the administrator token of this machine]",
        HelpName = "token",
        // The message does not contain the token.
        CustomParser = ParseWith<string?>(text => Variables.Check(text) is { } fault ? throw new FormatException($"--token: {fault}") : text),
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of text." };

    /// <summary>The group of a command whose positions are something else.</summary>
    public static Option<NamespacePath> GroupPath(string description = "The group or workspace.") => new(GroupPathName)
    {
        Description = description,
        HelpName = "path",
        CustomParser = ParseWith<NamespacePath>(NamespacePath.Parse),
        DefaultValueFactory = _ => NamespacePath.Default,
    };

    /// <inheritdoc cref="GroupSymbol"/>
    public static GroupSymbol Group(string name = "group-path") =>
        new(name, "The group or workspace, such as platform/network.", NamespacePath.Default);

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask for confirmation." };

    public static Argument<ProviderAddress> Provider() => new("address")
    {
        Description = "The provider source address, such as hashicorp/aws or registry.opentofu.org/hashicorp/aws.",
        CustomParser = ParseWith<ProviderAddress>(ProviderAddress.Parse),
    };

    public static Argument<ProviderAddress?> OptionalProvider() => new("address")
    {
        Description = "The provider source address, such as hashicorp/aws. [default: all]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseWith<ProviderAddress?>(ProviderAddress.Parse),
        DefaultValueFactory = _ => null,
    };

    public static Argument<ProviderAddress[]> Providers() => new("address")
    {
        Description = "Provider source addresses, such as hashicorp/aws.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseAllWith(ProviderAddress.Parse),
    };

    /// <summary>Named like the addresses of providers, with <c>*</c> for any part.</summary>
    public static Argument<ProviderPattern> ProviderPattern() => new("provider")
    {
        Description = "The provider, such as hashicorp/aws, or several, such as 'hashicorp/*' or '*/example/*'.",
        CustomParser = ParseWith(Core.Addresses.ProviderPattern.Parse),
    };

    public static Option<string?> Comment(string description, int maxLength) => new("--comment")
    {
        Description = description,
        HelpName = "text",
        CustomParser = ParseWith<string?>(text => text.Length <= maxLength
            ? text
            : throw new FormatException(
                FormattableString.Invariant($"--comment has {text.Length} characters; expected at most {maxLength}."))),
    };

    public static Option<VersionConstraint?> Constraint(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "version",
        CustomParser = ParseWith<VersionConstraint?>(VersionConstraint.Parse),
    };

    public static Option<SearchText?> Search(string description) => new("--search")
    {
        Description = description,
        HelpName = "words",
        CustomParser = ParseWith<SearchText?>(SearchText.Parse),
    };

    public static Option<int?> Number(string name, string description, int least) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = ParseWith<int?>(text =>
        {
            bool isValid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least;
            string mistake = FormattableString.Invariant($"{name}: '{text}' is not valid; expected a number, {least} or more.");
            return isValid ? number : throw new FormatException(mistake);
        }),
    };

    public static Option<Platform[]> Platforms()
    {
        var option = new Option<Platform[]>("--platform")
        {
            Description = "A platform, such as linux_amd64; may be repeated. [default: all that the origin offers]",
            HelpName = "platform",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseAllWith(Platform.Parse),
        };
        option.CompletionSources.Add("linux_amd64", "linux_arm64", "darwin_arm64", "darwin_amd64", "windows_amd64");
        return option;
    }

    /// <summary>Parses the path of a file that exists.</summary>
    /// <param name="symbol">For the message: the option or the argument.</param>
    public static Func<ArgumentResult, FileInfo> ExistingFile(string symbol) => ParseWith(text =>
        Directory.Exists(text) ? throw new FormatException($"{symbol}: '{text}' is a directory; expected a file.")
        : File.Exists(text) ? new FileInfo(text)
        : throw new FormatException($"{symbol}: '{text}' does not exist; expected a file."));

    public static Argument<ProviderVersion> Version() => new("version")
    {
        Description = "The version, such as 5.100.0.",
        CustomParser = ParseWith<ProviderVersion>(ProviderVersion.Parse),
    };

    public static Argument<ProviderVersion?> OptionalVersion() => new("version")
    {
        Description = "The version, such as 5.100.0. [default: the newest]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseWith<ProviderVersion?>(ProviderVersion.Parse),
        DefaultValueFactory = _ => null,
    };

    public static Argument<Platform?> OptionalPlatform() => new("platform")
    {
        Description = "The platform, such as linux_amd64. [default: any]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseWith<Platform?>(text => Platform.Parse(text)),
        DefaultValueFactory = _ => null,
    };

    public static Argument<Platform> PlatformArgument() => new("platform")
    {
        Description = "The platform, such as linux_amd64.",
        CustomParser = ParseWith<Platform>(Platform.Parse),
    };

    /// <summary>The number that a list shows of its items.</summary>
    /// <param name="command">The one that lists them, in quotation marks.</param>
    /// <param name="noun">One of the items.</param>
    public static Argument<long> Id(string name, string command, string noun) => new(name)
    {
        Description = $"The number that {command} shows.",
        CustomParser = ParseWith(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new FormatException($"'{text}' is not the number of a {noun}; expected one that {command} shows.")),
    };

    public static Option<Role?> Role(string description) => new Option<Role?>("--role")
    {
        Description = description,
        HelpName = "role",
    }.AcceptOnly([.. Choices.Of<Role>().Select(choice => (choice.Word, (Role?)choice.Value))]);

    internal static Func<ArgumentResult, T> ParseWith<T>(Func<string, T> parse) => Parser(result => parse(result.Tokens[0].Value));

    private static Func<ArgumentResult, T[]> ParseAllWith<T>(Func<string, T> parse) =>
        Parser<T[]>(result => [.. result.Tokens.Select(token => parse(token.Value))]);

    internal static Func<ArgumentResult, T> Parser<T>(Func<ArgumentResult, T> parse) => result =>
    {
        try
        {
            return parse(result);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return default!;
        }
    };
}
