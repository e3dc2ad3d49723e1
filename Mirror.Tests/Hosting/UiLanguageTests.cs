using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Hosting;

public sealed class UiLanguageTests
{
    [Theory]
    [InlineData(null, "en")]
    [InlineData("de-AT,de;q=0.8,en;q=0.5", "de")]
    [InlineData("fr,en;q=0.5", "en")]
    [InlineData("ja", "en")]
    [InlineData("nonsense;q=x", "en")]
    public async Task Request_OfABrowser_SelectsATranslationAndKeepsNumbersInvariant(string? accepted, string language)
    {
        (CultureInfo Culture, CultureInfo Ui)? seen = null;
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = new StringValues(accepted);
        var middleware = new RequestLocalizationMiddleware(
            _ =>
            {
                seen = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
                return Task.CompletedTask;
            },
            Options.Create(UiLanguages.OptionsFor(["en", "de"])),
            NullLoggerFactory.Instance);

        await middleware.Invoke(context);

        Assert.Equal((CultureInfo.InvariantCulture, language), (seen!.Value.Culture, seen.Value.Ui.Name));
    }

    [Fact]
    public void Languages_OfAnAssembly_AreEnglishAndItsTranslations() =>
        Assert.Equal(
            ["en", "de", "pt-BR"],
            UiLanguages.Of([new("Language", "de"), new("Language", "pt-BR"), new("Language", "de"), new("RepositoryUrl", "https://example.com")]));

    [Fact]
    public void Texts_WithoutATranslation_AreEnglish()
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = new CultureInfo("de");
        try
        {
            Assert.Equal("Save", Mirror.Web.Ui.Texts.Save);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
