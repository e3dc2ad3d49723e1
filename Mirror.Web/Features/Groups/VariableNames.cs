using Mirror.Core.Addresses;
using Mirror.Core.Credentials;

namespace Mirror.Web.Features.Groups;

/// <summary>Names of variables as users type them.</summary>
internal static class VariableNames
{
    /// <summary>The name for a hostname, or the name itself; null if the text is neither.</summary>
    public static VariableName? Find(string text)
    {
        text = text.Trim();
        return ProviderHostname.TryParse(text, out var host)
            ? VariableName.For(host)
            : VariableName.TryParse(text, out var name) ? name
            : null;
    }
}
