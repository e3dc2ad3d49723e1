using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Mirror.Core.Access;

namespace Mirror.Core.Identity;

/// <summary>A valid new password. Only its length is checked: rules about characters make users reuse passwords.</summary>
public sealed class NewPassword
{
    public const int MinimumLength = 10;

    /// <summary>Longer passwords would only increase the cost of hashing.</summary>
    public const int MaximumLength = 256;

    // Without characters that are easily confused, because users read them from one screen and type them on another.
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private NewPassword(string text) => Text = text;

    /// <summary>A secret.</summary>
    public string Text { get; }

    /// <param name="name">The user.</param>
    /// <param name="fault">The problem as a sentence; never contains the password.</param>
    public static bool TryCreate(
        string? text, UserName name, [NotNullWhen(true)] out NewPassword? password, [NotNullWhen(false)] out string? fault)
    {
        text ??= "";
        fault = text.Length < MinimumLength ? $"The password has {text.Length} characters; expected at least {MinimumLength}."
            : text.Length > MaximumLength ? $"The password has {text.Length} characters; expected at most {MaximumLength}."
            : text.Distinct().Count() < 4 ? "The password repeats the same few characters; expected at least 4 different ones."
            : text.Equals(name.Value, StringComparison.OrdinalIgnoreCase) ? "The password is the user name; expected another one."
            : null;
        password = fault is null ? new NewPassword(text) : null;
        return fault is null;
    }

    public static NewPassword Generate() => new(RandomNumberGenerator.GetString(Letters, 20));

    public override string ToString() => "…";
}
