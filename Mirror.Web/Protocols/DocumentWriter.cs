using System.Text.Encodings.Web;
using System.Text.Json;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Protocols;

/// <summary>Writes the JSON documents of the protocols, which may have very many items.</summary>
internal static class DocumentWriter
{
    private const int Pending = 64 * 1024;

    // Armored keys contain '+' and '/', which need no escape in JSON that is never read as HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="members">Writes the members of the document's object.</param>
    public static ReadyDocument Write(Action<Utf8JsonWriter> members) => new(WriteBytes(members));

    /// <inheritdoc cref="Write"/>
    public static byte[] WriteBytes(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Call after each item, so that the writer does not buffer the whole document.</summary>
    public static void Flush(Utf8JsonWriter json)
    {
        if (json.BytesPending >= Pending)
        {
            json.Flush();
        }
    }
}
