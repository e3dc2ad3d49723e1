namespace Mirror.Web.Ui;

/// <summary>
/// Preferences that the browser keeps in cookies, which are trusted no more than a URL. The document passes them to the circuit, which has
/// no request; <c>mirror.js</c> writes the new value of an element <c>kept-cookie</c>.
/// </summary>
public sealed class KeptCookies
{
    /// <summary>The columns of the list of provider mirrors.</summary>
    public const string Columns = "mirror-columns";

    private const int MaxLength = 256;

    private Dictionary<string, string> _values = [];

    /// <summary>The value of a cookie; null if it is not set.</summary>
    public string? this[string name]
    {
        get => _values.GetValueOrDefault(name);
        set => _values[name] = value ?? "";
    }

    internal static Dictionary<string, string> Read(IRequestCookieCollection cookies) =>
        new[] { Columns }.Where(name => cookies[name] is { Length: <= MaxLength }).ToDictionary(name => name, name => cookies[name]!);

    internal void Restore(Dictionary<string, string> values) => _values = values;
}
