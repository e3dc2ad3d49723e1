using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Localization;

namespace Mirror.Web.Hosting;

/// <summary>
/// The languages of the UI: English, and each for which the build found a translation (Texts.targets). The browser's preference selects one
/// of them. Numbers and dates do not depend on it.
/// </summary>
internal static class UiLanguages
{
    /// <summary>The language of the texts without a translation.</summary>
    public const string English = "en";

    /// <returns>The languages of an assembly, English first.</returns>
    public static IReadOnlyList<string> Of(IEnumerable<AssemblyMetadataAttribute> metadata) =>
        [.. metadata.Where(attribute => attribute.Key == "Language").Select(attribute => attribute.Value!).Prepend(English).Distinct()];

    public static RequestLocalizationOptions OptionsFor(IReadOnlyList<string> languages) => new()
    {
        DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, new CultureInfo(English)),
        SupportedCultures = [CultureInfo.InvariantCulture],
        SupportedUICultures = [.. languages.Select(language => new CultureInfo(language))],
        RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()],
    };

    public static IApplicationBuilder UseLanguages(this IApplicationBuilder app) =>
        app.UseRequestLocalization(OptionsFor(Of(typeof(UiLanguages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>())));
}
