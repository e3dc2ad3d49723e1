using System.Text.Encodings.Web;

namespace Mirror.Web.Features.SignIn;

/// <summary>
/// A page that leads on at once, where a redirect will not do: cookies of the same site are not sent on a navigation that
/// another site began, and a form may not lead to another site.
/// </summary>
internal static class GoOnPage
{
    public static Task WriteAsync(HttpContext context, string title, string text, string url)
    {
        string next = HtmlEncoder.Default.Encode(url);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            $"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={next}"><title>{title} · Mirror</title></head><body><p>{text} <a href="{next}">Go on</a></p></body></html>""",
            context.RequestAborted);
    }
}
