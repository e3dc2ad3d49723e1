using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Credentials;
using Mirror.Web.Http;

namespace Mirror.Web.Cli;

/// <summary>A server that the user has logged in to.</summary>
/// <param name="AuthorityPath">A file with the certificate authority to trust, besides the system's; null: none.</param>
/// <param name="ClientCertificatePath">A file with the certificate to present; null: none.</param>
/// <param name="ClientKeyPath">A file with its key; null: it is in the same file.</param>
internal sealed record Profile(
    Uri Url, string Token, string? AuthorityPath = null, string? ClientCertificatePath = null, string? ClientKeyPath = null)
{
    // The token stays out of logs and messages.
    public override string ToString() => Url.ToString();
}

/// <summary>The user's profiles, by name.</summary>
/// <param name="Current">The one that commands use by default; null: none.</param>
internal sealed record ProfileFile(string? Current, SortedDictionary<string, Profile> Profiles)
{
    public static ProfileFile Empty => new(null, new SortedDictionary<string, Profile>(StringComparer.Ordinal));

    /// <exception cref="InvalidDataException">There is none with the name.</exception>
    public Profile Get(string name)
    {
        if (Profiles.TryGetValue(name, out var profile))
        {
            return profile;
        }

        string suggestion = Suggestion.For(name, Profiles.Keys);
        throw new InvalidDataException(suggestion.Length > 0
            ? $"There is no profile '{name}'{suggestion}"
            : $"There is no profile '{name}'. To create it, run 'mirror login <url> --profile {name}'.");
    }

    /// <summary>The names of those with the URL; only the preferred one if it is among them.</summary>
    /// <param name="preferred">Null: the current one.</param>
    public IReadOnlyList<string> NamesFor(Uri url, string? preferred = null)
    {
        string[] names = [.. Profiles.Where(item => item.Value.Url == url).Select(item => item.Key)];
        return names.FirstOrDefault(name => name == (preferred ?? Current)) is { } first ? [first] : names;
    }
}

/// <summary>
/// <c>profiles.json</c> in the user's directory, which holds tokens: readable by the user only, and replaced as a whole.
/// </summary>
/// <param name="directory">Null: the user has no home directory, and thus no profiles.</param>
internal sealed class ProfileStore(string? directory)
{
    public const int MaxNameLength = 100;

    private const int MaxSize = 1 << 20;

    public string? FilePath { get; } = directory is null ? null : Path.Combine(directory, "profiles.json");

    /// <returns>No profiles if there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public ProfileFile Read()
    {
        if (FilePath is null || !File.Exists(FilePath))
        {
            return ProfileFile.Empty;
        }

        try
        {
            using var content = File.OpenRead(FilePath);
            return content.Length <= MaxSize && JsonSerializer.Deserialize(content, ProfileJson.Default.ProfileFile) is { Profiles: not null } file
                ? Validate(file)
                : throw Damaged("it does not contain profiles");
        }
        catch (JsonException e)
        {
            throw Damaged(FormattableString.Invariant($"line {e.LineNumber + 1}, {e.Path ?? "$"} is not valid"), e);
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(ProfileFile file)
    {
        string path = Required();
        try
        {
            OwnerOnlyFile.CreateDirectory(Path.GetDirectoryName(path)!);
            OwnerOnlyFile.Write(path, JsonSerializer.Serialize(file, ProfileJson.Default.ProfileFile) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Where profiles are stored.</summary>
    /// <exception cref="IOException">The user has no home directory.</exception>
    public string Required() => FilePath ?? throw new DirectoryNotFoundException(
        "There is no directory for profiles: set HOME or XDG_CONFIG_HOME, or use MIRROR_URL and MIRROR_TOKEN instead of a profile.");

    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text[0] != '-' && text.All(letter => letter is > ' ' and <= '~');

    private ProfileFile Validate(ProfileFile file)
    {
        foreach (var (name, profile) in file.Profiles)
        {
            string? fault = !IsName(name) ? "its name is not valid"
                : profile is null ? "it is empty"
                : profile.Url is null || !ServerUrl.IsValid(profile.Url) ? "its url is not the URL of a server"
                : profile.Token is null || Variables.Check(profile.Token) is not null ? "its token is not valid"
                : null;
            if (fault is not null)
            {
                throw Damaged($"profile '{name}': {fault}");
            }
        }

        if (file.Current is not null && !file.Profiles.ContainsKey(file.Current))
        {
            throw Damaged($"the current profile '{file.Current}' is missing");
        }

        var profiles = file.Profiles.ToDictionary(
            item => item.Key, item => item.Value with { Url = ServerUrl.WithSlash(item.Value.Url) });
        return file with { Profiles = new SortedDictionary<string, Profile>(profiles, StringComparer.Ordinal) };
    }

    private InvalidDataException Damaged(string fault, Exception? inner = null) => new(
        $"'{FilePath}' is damaged: {fault}. Correct it, or delete it and run 'mirror login' again.", inner);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileFile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
