using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mirror.Core.Configuration;

/// <summary>
/// Reads typed values below one key. Collects a fault for each invalid value and for each unknown key, because a misspelt key would
/// otherwise be ignored silently.
/// </summary>
/// <param name="keys">If not null, the reader adds each key that it reads, by its path.</param>
/// <param name="checkFiles">Whether the files that keys name must be usable.</param>
internal sealed class ConfigurationSectionReader(
    IConfigurationRoot root,
    string path,
    List<ConfigurationFault> faults,
    OrderedDictionary<string, ConfigurationKey>? keys = null,
    bool checkFiles = true)
{
    /// <summary>The index of the sections of a list in <see cref="ConfigurationKey.Path"/>.</summary>
    public const string AnyIndex = "{n}";

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _single = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="form">The accepted values, for the reference.</param>
    public string Text(string key, string form, string fallback)
    {
        Describe(key, form, fallback);
        return Find(key) ?? fallback;
    }

    /// <summary>Null if the key is absent or empty.</summary>
    /// <param name="form">The accepted values, for the reference.</param>
    public string? OptionalText(string key, string form = "text")
    {
        Describe(key, form);
        return Find(key);
    }

    /// <summary>Null if the key is absent or empty. Faults must not contain the value.</summary>
    public string? Secret(string key)
    {
        Describe(key, "secret", isSecret: true);
        return Find(key);
    }

    public bool IsSetEmpty(string key) => root[Key(key)] is { } value && string.IsNullOrWhiteSpace(value);

    public bool Boolean(string key, bool fallback) =>
        Parse(key, fallback, "`true` or `false`", "true or false", (string text, out bool value) => bool.TryParse(text, out value));

    public T Choice<T>(string key, T fallback)
        where T : struct, Enum => ParseChoice<T>(key, fallback) ?? fallback;

    public T? OptionalChoice<T>(string key)
        where T : struct, Enum => ParseChoice<T>(key, null);

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan minimum = default) => ParseDuration(key, fallback, minimum)!.Value;

    public TimeSpan? OptionalDuration(string key, TimeSpan minimum = default) => ParseDuration(key, null, minimum);

    public long Size(string key, long fallback, long minimum = 0) => ParseSize(key, fallback, minimum)!.Value;

    public long? OptionalSize(string key) => ParseSize(key, null, 0);

    public int Count(string key, int fallback, int minimum = 1, int maximum = 1000) =>
        Parse(key, fallback, $"integer from {minimum} to {maximum}", $"a whole number from {minimum} to {maximum}",
            (string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
                && value >= minimum
                && value <= maximum);

    /// <param name="parse">Throws a <see cref="FormatException"/> that names the value and what was expected.</param>
    /// <param name="form">The accepted values, for the reference.</param>
    public T? Parsed<T>(string key, Func<string, T> parse, string form, bool isRequired = false)
        where T : class
    {
        if (OptionalText(key, form) is not { } text)
        {
            if (isRequired)
            {
                Fault(key, "is missing");
            }

            return null;
        }

        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            Fault(key, e.Message.TrimEnd('.'));
            return null;
        }
    }

    /// <summary>An absolute base URL with one of the schemes, without credentials, query and fragment.</summary>
    public Uri? OptionalUrl(string key, params string[] schemes) =>
        Parse<Uri?>(
            key,
            null,
            $"URL with {string.Join(" or ", schemes.Select(scheme => $"`{scheme}`"))}",
            $"an absolute URL starting with {string.Join(" or ", schemes.Select(scheme => scheme + "://"))}, without credentials, query and fragment",
            (string text, out Uri? value) => Uri.TryCreate(text, UriKind.Absolute, out value) && schemes.Contains(value.Scheme)
                && value.Host.Length > 0 && value.UserInfo.Length == 0 && value.Query.Length == 0 && value.Fragment.Length == 0,
                secret: true);

    /// <summary>
    /// The address to listen on; null if the key is set to an empty value. Host names other than localhost are rejected: the server would
    /// have to listen on every address, which is more than the name says. <c>*</c> and <c>+</c> become <c>[::]</c>, every address of both
    /// families.
    /// </summary>
    public Uri? ListenUrl(string key, Uri fallback, string scheme)
    {
        var url = Parse<Uri?>(
            key,
            fallback,
            "URL to listen on, or empty",
            $"an address to listen on such as {scheme}://localhost:{fallback.Port}, {scheme}://0.0.0.0:{fallback.Port} or {scheme}://*:{fallback.Port}",
            (string text, out Uri? value) =>
            {
                text = text.Replace("://*", "://[::]", StringComparison.Ordinal).Replace("://+", "://[::]", StringComparison.Ordinal);
                return Uri.TryCreate(text, UriKind.Absolute, out value)
                    && value.Scheme == scheme
                    && value.UserInfo.Length == 0
                    && value.PathAndQuery == "/"
                    && (value.Host == "localhost" || value.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6);
            },
            secret: true);
        return IsSetEmpty(key) ? null : url;
    }

    /// <summary>
    /// A list, taken only from the configuration source with the highest precedence that contains the key, so that a list in the
    /// environment replaces the list of a file instead of being merged with it. A single value may contain commas.
    /// </summary>
    /// <param name="form">The accepted items, for the reference.</param>
    public IReadOnlyList<string>? List(string key, string form)
    {
        _known.Add(key);
        Describe(key, "list of " + form);
        ReportNamedItems(key);
        foreach (var provider in root.Providers.Reverse())
        {
            var children = provider.GetChildKeys([], Key(key))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderBy(
                    child => int.TryParse(child, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : int.MaxValue)
                .ToList();
            var items = children
                .Select(child => provider.TryGet($"{Key(key)}:{child}", out string? item) ? item : null)
                .Where(item => !string.IsNullOrWhiteSpace(item))
                .Select(item => item!.Trim())
                .ToList();
            if (items.Count > 0)
            {
                return items;
            }

            if (provider.TryGet(Key(key), out string? text) && text is not null)
            {
                return text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
        }

        return null;
    }

    public T? Section<T>(string key, Func<ConfigurationSectionReader, T> read)
    {
        _known.Add(key);
        var section = new ConfigurationSectionReader(root, Key(key), faults, keys, checkFiles);
        T value = read(section);
        section.ReportUnknown();
        ReportValue(Key(key), $"one of {section.KnownKeys}");
        return value;
    }

    /// <summary>The sections <c>key:0</c>, <c>key:1</c>…, without those that have faults.</summary>
    public IReadOnlyList<T> Sections<T>(string key, Func<ConfigurationSectionReader, T?> read)
        where T : class
    {
        _known.Add(key);
        ReportNamedItems(key);
        ReportValue(Key(key), "0, 1, 2…");
        if (keys is not null)
        {
            Section($"{key}:{AnyIndex}", read);
        }

        var items = new List<T>();
        foreach (var child in root.GetSection(Key(key)).GetChildren().Where(IsIndexed))
        {
            if (Section($"{key}:{child.Key}", read) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    public void Fault(ConfigurationFault fault) => faults.Add(fault);

    public void Fault(string key, string problem) => faults.Add(new ConfigurationFault(Key(key), problem));

    /// <summary>Adds the faults of files that cannot be used.</summary>
    /// <param name="load">Throws <see cref="InvalidConfigurationException"/>.</param>
    public void CheckFiles(Action load)
    {
        try
        {
            if (checkFiles)
            {
                load();
            }
        }
        catch (InvalidConfigurationException e)
        {
            faults.AddRange(e.Faults);
        }
    }

    public void ReportUnknown()
    {
        foreach (var child in root.GetSection(path).GetChildren())
        {
            if (!_known.Contains(child.Key))
            {
                faults.Add(new ConfigurationFault(child.Path, $"is not a known key; expected one of {KnownKeys}"));
            }
            else if (_single.Contains(child.Key) && child.GetChildren().FirstOrDefault() is { } below)
            {
                faults.Add(new ConfigurationFault(below.Path, $"is not a known key; {child.Path} takes a single value"));
            }
        }
    }

    /// <summary>Reports a value at a key that takes a section; it would be ignored silently.</summary>
    private void ReportValue(string section, string expected)
    {
        if (!string.IsNullOrWhiteSpace(root[section]))
        {
            faults.Add(new ConfigurationFault(section, $"has a value itself; expected keys below it, {expected}"));
        }
    }

    private void ReportNamedItems(string key)
    {
        foreach (var child in root.GetSection(Key(key)).GetChildren().Where(child => !IsIndexed(child)))
        {
            faults.Add(new ConfigurationFault(child.Path, "is not a list index; expected 0, 1, 2…"));
        }
    }

    private string KnownKeys =>
        string.Join(", ", _known.Where(known => !known.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static bool IsIndexed(IConfigurationSection item) =>
        int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private delegate bool TryParse<T>(string text, out T value);

    private void Describe(string key, string form, object? fallback = null, Type? choices = null, bool isSecret = false)
    {
        // A key that is read again keeps its first, more specific description.
        keys?.TryAdd(Key(key), new ConfigurationKey(Key(key), form, fallback, choices, isSecret));
    }

    private string? Find(string key)
    {
        _known.Add(key);
        _single.Add(key);
        string? value = root[Key(key)];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private T? ParseChoice<T>(string key, T? fallback)
        where T : struct, Enum
    {
        string[] names = Enum.GetNames<T>();
        string OneOf(Func<string, string> show) =>
            string.Join(", ", names.SkipLast(1).Select(show)) + (names.Length > 1 ? " or " : "") + show(names[^1]);
        return Parse<T?>(
            key,
            fallback,
            OneOf(name => $"`{name}`"),
            OneOf(name => name),
            (string text, out T? value) =>
            {
                bool valid = Enum.TryParse(text, ignoreCase: true, out T parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(text[0]);
                value = parsed;
                return valid;
            },
            typeof(T));
    }

    private TimeSpan? ParseDuration(string key, TimeSpan? fallback, TimeSpan minimum)
    {
        string bound = Quantity.FormatDuration(minimum);
        return Parse<TimeSpan?>(
            key,
            fallback,
            "duration" + (minimum > TimeSpan.Zero ? $", at least `{bound}`" : ""),
            "a duration such as 10m, 24h or 00:10:00" + (minimum > TimeSpan.Zero ? $", at least {bound}" : ""),
            (string text, out TimeSpan? value) =>
            {
                bool valid = Quantity.TryParseDuration(text, out var parsed) && parsed >= minimum;
                value = parsed;
                return valid;
            });
    }

    private long? ParseSize(string key, long? fallback, long minimum) =>
        Parse<long?>(
            key,
            fallback,
            "size",
            "a size such as 16MB or 2GB" + (minimum > 0 ? $", at least {Quantity.FormatSize(minimum)}" : ""),
            (string text, out long? value) =>
            {
                bool valid = Quantity.TryParseSize(text, out long parsed) && parsed >= minimum;
                value = parsed;
                return valid;
            });

    /// <param name="form">The accepted values, for the reference.</param>
    /// <param name="expected">The same for messages about faults.</param>
    private T Parse<T>(
        string key, T fallback, string form, string expected, TryParse<T> parse, Type? choices = null, bool secret = false)
    {
        Describe(key, form, fallback, choices);
        if (Find(key) is not { } text)
        {
            return fallback;
        }

        if (parse(text, out T value))
        {
            return value;
        }

        Fault(key, secret
            && text.AsSpan().ContainsAny('@', '?') ? $"is not valid; expected {expected}" : $"'{text}' is not valid; expected {expected}");
        return fallback;
    }

    internal string Key(string key) => $"{path}:{key}";
}
