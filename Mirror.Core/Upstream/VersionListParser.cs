using System.Buffers;
using System.Text.Json;

namespace Mirror.Core.Upstream;

/// <summary>The protocol of a version list.</summary>
internal enum VersionListForm
{
    /// <summary>https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#list-available-versions.</summary>
    Providers,

    /// <summary>
    /// https://developer.hashicorp.com/terraform/internals/module-registry-protocol#list-available-versions-for-a-specific-module.
    /// </summary>
    Modules,

    /// <summary>https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol#list-available-versions.</summary>
    Mirror,
}

/// <summary>
/// Parses a version list as a stream, so that the document is never in memory as a whole. Invalid versions and platforms are omitted,
/// because a single one makes older clients reject the whole list. In a list of modules, the first one is the requested module; clients
/// ignore a leading <c>v</c> of its versions.
/// </summary>
internal sealed class VersionListParser(VersionListForm form) : IDisposable
{
    private const int FirstBuffer = 64 * 1024;
    private const int MaxToken = 1 << 20;

    // Longer texts are invalid; an escaped character takes up to six bytes.
    private const int MaxText = 6 * 128;

    private readonly VersionListBuilder _builder = new();
    private readonly Stack<Place> _places = new([Place.Outside]);
    private readonly byte[] _text = new byte[MaxText];
    private readonly byte[] _os = new byte[MaxText];
    private readonly byte[] _arch = new byte[MaxText];
    private int _osLength;
    private int _archLength;
    private JsonReaderState _state;
    private Member _member;
    private int _skipped;
    private bool _hasModule;
    private bool _isFound;

    private enum Place
    {
        Outside,
        Root,
        Versions,
        Version,
        Protocols,
        Platforms,
        Platform,
        Warnings,
        Modules,
        Module,

        /// <summary>The object of another mirror whose members are versions.</summary>
        Names,
    }

    private enum Member
    {
        Other,
        Versions,
        Version,
        Protocols,
        Platforms,
        Os,
        Arch,
        Warnings,
        Modules,
    }

    /// <exception cref="JsonException">The document is not a version list; the message says why.</exception>
    public static async Task<OriginVersionList> ReadAsync(VersionListForm form, Stream body, CancellationToken cancellationToken)
    {
        using var parser = new VersionListParser(form);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            for (int length = 0; ;)
            {
                int read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                int consumed = parser.Feed(buffer.AsSpan(0, length), isFinal: read == 0);
                if (read == 0)
                {
                    return parser.Finish();
                }

                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _builder.Dispose();

    private static byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= MaxToken)
        {
            throw new JsonException($"a single value in it is longer than {MaxToken} bytes");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <returns>The number of bytes consumed.</returns>
    private int Feed(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, _state);
        try
        {
            while (reader.Read())
            {
                Take(ref reader);
            }
        }
        catch (InvalidOperationException e)
        {
            // The text is not valid Unicode.
            throw new JsonException(e.Message, e);
        }

        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private OriginVersionList Finish() => _isFound
        ? _builder.Build()
        : throw new JsonException(form switch
        {
            VersionListForm.Modules => "there is no list 'modules' with 'versions'",
            VersionListForm.Mirror => "there is no object 'versions'",
            _ => "there is no list 'versions'",
        });

    private void Take(ref Utf8JsonReader reader)
    {
        if (_skipped > 0)
        {
            _skipped += reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                TakeName(ref reader);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Enter(isArray: reader.TokenType == JsonTokenType.StartArray);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                Leave();
                break;
            case JsonTokenType.String:
                TakeText(ref reader);
                break;
            case JsonTokenType.Null when (form, _places.Peek(), _member) == (VersionListForm.Providers, Place.Root, Member.Versions):
                _isFound = true;
                break;
            default:
                break;
        }
    }

    private void TakeName(ref Utf8JsonReader reader)
    {
        var place = _places.Peek();
        _member = place switch
        {
            Place.Root or Place.Module when reader.ValueTextEquals("versions"u8) => Member.Versions,
            Place.Root when reader.ValueTextEquals("warnings"u8) => Member.Warnings,
            Place.Root when reader.ValueTextEquals("modules"u8) => Member.Modules,
            Place.Version when reader.ValueTextEquals("version"u8) => Member.Version,
            Place.Version when reader.ValueTextEquals("protocols"u8) => Member.Protocols,
            Place.Version when reader.ValueTextEquals("platforms"u8) => Member.Platforms,
            Place.Platform when reader.ValueTextEquals("os"u8) => Member.Os,
            Place.Platform when reader.ValueTextEquals("arch"u8) => Member.Arch,
            _ => Member.Other,
        };
        if (place == Place.Names)
        {
            _builder.Begin();
            _builder.SetVersion(Copy(ref reader));
            _builder.Commit();
        }
    }

    private void Enter(bool isArray)
    {
        var place = (_places.Peek(), _member, isArray) switch
        {
            (Place.Outside, _, false) => Place.Root,
            (Place.Root, Member.Versions, true) when form == VersionListForm.Providers => Place.Versions,
            (Place.Root, Member.Versions, false) when form == VersionListForm.Mirror => Place.Names,
            (Place.Root, Member.Warnings, true) when form == VersionListForm.Providers => Place.Warnings,
            (Place.Root, Member.Modules, true) when form == VersionListForm.Modules => Place.Modules,
            (Place.Modules, _, false) when !_hasModule => Place.Module,
            (Place.Module, Member.Versions, true) => Place.Versions,
            (Place.Versions, _, false) => Place.Version,
            (Place.Version, Member.Protocols, true) => Place.Protocols,
            (Place.Version, Member.Platforms, true) => Place.Platforms,
            (Place.Platforms, _, false) => Place.Platform,
            _ => Place.Outside,
        };
        if (place == Place.Outside)
        {
            _skipped = 1;
            return;
        }

        _places.Push(place);
        _member = Member.Other;
        _hasModule |= place == Place.Module;
        _isFound |= place is Place.Versions or Place.Names;
        if (place == Place.Version)
        {
            _builder.Begin();
        }
        else if (place == Place.Platform)
        {
            _osLength = _archLength = 0;
        }
    }

    private void Leave()
    {
        switch (_places.Pop())
        {
            case Place.Version:
                _builder.Commit();
                break;
            case Place.Platform:
                _builder.AddPlatform(_os.AsSpan(0, _osLength), _arch.AsSpan(0, _archLength));
                break;
            default:
                break;
        }
    }

    private void TakeText(ref Utf8JsonReader reader)
    {
        switch (_places.Peek(), _member)
        {
            case (Place.Version, Member.Version):
                var text = Copy(ref reader);
                _builder.SetVersion(form == VersionListForm.Modules && text.StartsWith("v"u8) ? text[1..] : text);
                break;
            case (Place.Platform, Member.Os):
                Keep(Copy(ref reader), _os, out _osLength);
                break;
            case (Place.Platform, Member.Arch):
                Keep(Copy(ref reader), _arch, out _archLength);
                break;
            case (Place.Protocols, _):
                _builder.AddProtocol(Copy(ref reader));
                break;
            case (Place.Warnings, _):
                _builder.AddWarning(reader.GetString()!);
                break;
            default:
                break;
        }
    }

    /// <returns>The text, or empty if it is too long to be valid. Valid until the next call.</returns>
    private ReadOnlySpan<byte> Copy(ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length <= _text.Length ? _text.AsSpan(0, reader.CopyString(_text)) : [];

    private static void Keep(ReadOnlySpan<byte> text, byte[] place, out int length)
    {
        text.CopyTo(place);
        length = text.Length;
    }
}
