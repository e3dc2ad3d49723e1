using System.Text.Json;

namespace Mirror.Web.Protocols;

/// <summary>Documents that may have very many items.</summary>
internal static class LongDocument
{
    private const int Pending = 64 * 1024;

    /// <summary>To be called after each item, so that the writer itself does not hold the whole document, too.</summary>
    public static void Flush(Utf8JsonWriter json)
    {
        if (json.BytesPending >= Pending)
        {
            json.Flush();
        }
    }
}
