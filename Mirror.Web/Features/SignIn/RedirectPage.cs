using System.Text.Encodings.Web;

namespace Mirror.Web.Features.SignIn;

/// <summary>
/// A page that redirects immediately, for cases in which an HTTP redirect does not work: browsers do not send SameSite cookies on a
/// navigation that another site started, and form-action forbids a redirect to another site.
/// </summary>
internal static class RedirectPage
{
    public static Task WriteAsync(HttpContext context, string title, string text, string url)
    {
        string next = HtmlEncoder.Default.Encode(url);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            $"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={next}"><title>{title} · Mirror</title></head><body><p>{text} <a href="{next}">Continue</a></p></body></html>""",
            context.RequestAborted);
    }
}
