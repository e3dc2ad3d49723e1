namespace Mirror.Web.Ui.Widgets;

/// <summary>The owner of a signing key as OpenPGP writes it, <c>HashiCorp Security (key) &lt;security@hashicorp.com&gt;</c>.</summary>
public static class SignerText
{
    /// <summary>The name without its comment and mail address, if there is one; a bare fingerprint is shortened to 16 digits.</summary>
    public static string Short(string signer)
    {
        int end = signer.IndexOfAny(['(', '<']);
        string name = (end < 0 ? signer : signer[..end]).Trim();
        if (name.Length == 0)
        {
            return signer.Trim('<', '>', ' ');
        }

        return name.Length >= 40 && name.All(char.IsAsciiHexDigit) ? name[^16..] : name;
    }
}
