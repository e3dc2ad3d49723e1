using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>A value with one text form for URLs, files and JSON: <c>ToString</c> writes it, <see cref="Parse"/> reads it.</summary>
public interface ITextValue<TSelf>
    where TSelf : ITextValue<TSelf>
{
    /// <exception cref="FormatException">The text is not valid; the message names it and the expected form.</exception>
    static abstract TSelf Parse(string text);
}

/// <summary>Serializes a value to JSON as its text form, so that contracts can be typed.</summary>
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
