using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;

namespace Mirror.Web.Http;

/// <summary>
/// The keys that protect cookies, forms and the state of prerendered pages: in the database, so that they outlive a restart
/// and every replica takes what another one gave out; encrypted, so that whoever reads the database cannot make any.
/// </summary>
internal sealed partial class CookieKeys(InstanceSettings settings, SecretBox secrets, ILogger<CookieKeys> logger) : IXmlRepository
{
    private const string Setting = "cookie-key:";

    // The framework asks synchronously, when it starts and once a day.
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
                // Another one is made; what this one protected is signed in anew.
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

    [LoggerMessage(1103, LogLevel.Warning, "A key of cookies is not used, and who signed in with it has to do so again: {Reason}")]
    private partial void Unreadable(string reason);
}
