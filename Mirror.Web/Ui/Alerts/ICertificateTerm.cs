namespace Mirror.Web.Ui.Alerts;

/// <summary>The validity of the certificate with which the server answers HTTPS.</summary>
public interface ICertificateTerm
{
    /// <summary>Null without an HTTPS listener.</summary>
    DateTimeOffset? EndsAt { get; }
}
