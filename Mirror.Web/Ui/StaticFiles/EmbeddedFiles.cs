using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Primitives;
using Mirror.Web.Http;

namespace Mirror.Web.Ui.StaticFiles;

/// <summary>
/// Serves the UI's files from the executable, in which EmbeddedAssets.targets embeds them, so that one file is the whole installation.
/// Components refer to a file with <c>@Assets["assets/theme.css"]</c>, which returns its fingerprinted URL.
/// </summary>
internal static class EmbeddedFiles
{
    private const string ResourcePrefix = "wwwroot/";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly StringValues Immutable = "public, max-age=31536000, immutable";

    private static readonly Lazy<IReadOnlyList<EmbeddedFile>> All = new(Load);

    /// <returns>The URLs, for <see cref="ComponentBase.Assets"/>.</returns>
    public static ResourceAssetCollection MapEmbeddedFiles(this IEndpointRouteBuilder endpoints)
    {
        foreach (var file in All.Value)
        {
            endpoints.MapMethods(file.Path, Methods, context => DocumentResponses.WriteAsync(context, file.Content, file.ContentType))
                .ExcludeFromDescription();
            endpoints.MapMethods(
                file.FingerprintedPath,
                Methods,
                context => DocumentResponses.WriteAsync(context, file.Content, file.ContentType, Immutable)).ExcludeFromDescription();
        }

        return new ResourceAssetCollection([.. All.Value.Select(file =>
            new ResourceAsset(file.FingerprintedPath, [new ResourceAssetProperty("label", file.Path)]))]);
    }

    private static List<EmbeddedFile> Load()
    {
        var assembly = typeof(EmbeddedFiles).Assembly;
        var files = new List<EmbeddedFile>();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal));
        foreach (string name in names)
        {
            using var content = assembly.GetManifestResourceStream(name)!;
            files.Add(EmbeddedFile.Create(name[ResourcePrefix.Length..], content));
        }

        return files;
    }
}
