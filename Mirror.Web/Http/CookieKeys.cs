using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;

namespace Mirror.Web.Http;

/// <summary>
/// The keys that protect cookies, forms and the state of prerendered pages. They are in the database, so that they survive restarts
/// and all replicas share them, and encrypted, so that read access to the database is not enough to forge a cookie.
/// </summary>
internal sealed partial class CookieKeys(InstanceSettings settings, SecretBox secrets, ILogger<CookieKeys> logger) : IXmlRepository
{
    private const string Setting = "cookie-key:";

    // The framework calls this synchronously, at start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => WriteAsync(element, Setting + friendlyName)).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var elements = new List<XElement>();
        foreach (var (name, value) in await settings.ListAsync(Setting, CancellationToken.None))
        {
            try
            {
                elements.Add(
                    XElement.Parse(
                        Encoding.UTF8.GetString(
                            await secrets.DecryptAsync(name, Convert.FromBase64String(value), CancellationToken.None))));
            }
            catch (UnreadableSecretException e)
            {
                // The framework creates another key; its users have to sign in again.
                Unreadable(e.Message);
            }
        }

        return elements;
    }

    private async Task WriteAsync(XElement element, string name)
    {
        byte[] encrypted = await secrets.EncryptAsync(
            name, Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), CancellationToken.None);
        await settings.SetAsync(name, Convert.ToBase64String(encrypted), CancellationToken.None);
    }

    [LoggerMessage(1103, LogLevel.Warning, "Cannot read a cookie key; users who signed in with it must sign in again: {Reason}")]
    private partial void Unreadable(string reason);
}
