using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>Reads an entry of <c>Mirror:Trust</c>.</summary>
internal static class TrustOptionsReader
{
    public static TrustOptions? Read(ConfigurationSectionReader trust)
    {
        string? provider = trust.OptionalText("Provider", "pattern of source addresses");
        var fingerprints = trust.List("Fingerprints", "fingerprints") ?? [];
        var newKeys = trust.Choice("NewKeys", NewKeys.Accept);
        var cleaned = new List<string>();
        foreach (string fingerprint in fingerprints)
        {
            if (KeyFingerprint.TryParse(fingerprint, out string? hex))
            {
                cleaned.Add(hex);
            }
            else
            {
                trust.Fault("Fingerprints", $"'{fingerprint}' is not a key fingerprint; expected 40 hexadecimal digits");
            }
        }

        if (!ProviderPattern.TryParse(provider, out var pattern))
        {
            trust.Fault(
                "Provider", $"'{provider}' is not valid; expected 'namespace/type' or 'hostname/namespace/type', each a name or '*'");
            return null;
        }

        return new TrustOptions { Provider = pattern.ToString(), Fingerprints = cleaned, NewKeys = newKeys };
    }
}
