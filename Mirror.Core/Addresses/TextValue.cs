using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>A value that is one text in URLs, files and JSON: its <c>ToString</c>, which <see cref="Parse"/> reads back.</summary>
public interface ITextValue<TSelf>
    where TSelf : ITextValue<TSelf>
{
    /// <exception cref="FormatException">It is not such a text; the message names it and the form expected.</exception>
    static abstract TSelf Parse(string text);
}

/// <summary>Writes a value to JSON as its text, so that documents can have it typed.</summary>
public sealed class TextValueConverter<T> : JsonConverter<T>
    where T : ITextValue<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return T.Parse(reader.GetString()!);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
