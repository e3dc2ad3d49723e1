namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Auth</c>.</summary>
internal static class AuthOptionsReader
{
    private const int MaxContact = 200;

    public static AuthOptions Read(ConfigurationSectionReader auth)
    {
        var options = new AuthOptions
        {
            AnonymousRead = auth.Boolean("AnonymousRead", true),
            AdminToken = auth.Secret("AdminToken"),
            Contact = auth.OptionalText("Contact"),
            WorkloadIssuers = ReadIssuers(auth),
            Oidc = auth.Section("Oidc", OidcOptionsReader.Read),
        };
        if (options.AdminToken is { Length: < 16 })
        {
            auth.Fault("AdminToken", $"has {options.AdminToken.Length} characters; expected at least 16");
        }

        if (options.Contact is { Length: > MaxContact })
        {
            auth.Fault("Contact", $"has {options.Contact.Length} characters; expected at most {MaxContact}");
        }

        return options;
    }

    private static List<Uri> ReadIssuers(ConfigurationSectionReader auth)
    {
        var issuers = new List<Uri>();
        foreach (string text in auth.List("WorkloadIssuers", "URLs") ?? [])
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            {
                issuers.Add(url);
            }
            else
            {
                auth.Fault("WorkloadIssuers", $"'{text}' is not valid; expected the URL of an issuer, such as https://gitlab.example.com");
            }
        }

        return issuers;
    }
}
