namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>Describes in one line why a sign-in failed, for the log and the audit log.</summary>
internal static class OpenIdFailure
{
    private const int MaxLength = 300;

    /// <summary>
    /// The message of the innermost exception that names the host; outer ones repeat it with a stack trace. Providers and users influence
    /// it, so it is truncated and stripped of control characters.
    /// </summary>
    public static string Describe(Exception? failure)
    {
        while (failure is not HttpRequestException && failure?.InnerException is { } inner)
        {
            failure = inner;
        }

        string text = failure?.Message ?? "no reason given";
        return string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd();
    }
}
