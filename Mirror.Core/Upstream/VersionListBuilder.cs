using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>
/// Builds an <see cref="OriginVersionList"/> version by version while it is received. Allocates little more than the final list: per
/// version only its text, its index entry and attributes that it does not share with others.
/// </summary>
internal sealed class VersionListBuilder : IDisposable
{
    // Limits far above what real lists contain.
    private const int MaxPlatforms = 1000;
    private const int MaxProtocols = 100;
    private const int MaxShared = 4096;
    private const int MaxWarnings = 16;
    private const int MaxWarningLength = 2000;

    private readonly Chunks _texts = new();
    private readonly Chunks _shapes = new();
    private readonly Chunks _entries = new();
    private readonly Dictionary<string, ushort> _platforms = [];
    private readonly Dictionary<string, ushort> _protocols = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly List<string> _warnings = [];
    private readonly List<ushort> _platformsOfOne = [];
    private readonly List<ushort> _protocolsOfOne = [];
    private readonly byte[] _version = new byte[VersionText.MaxCanonicalLength];
    private readonly Comparison<ushort> _byName;
    private readonly List<string> _names = [];
    private int _versionLength;
    private int _count;

    public VersionListBuilder() => _byName = (left, right) => string.CompareOrdinal(_names[left], _names[right]);

    /// <summary>Starts the next version.</summary>
    public void Begin()
    {
        _versionLength = 0;
        _platformsOfOne.Clear();
        _protocolsOfOne.Clear();
    }

    /// <summary>The current version is omitted if its text is invalid.</summary>
    public void SetVersion(ReadOnlySpan<byte> text) =>
        _versionLength = VersionText.TryCanonicalize(text, _version, out int length) ? length : 0;

    /// <summary>Invalid protocols are omitted.</summary>
    public void AddProtocol(ReadOnlySpan<byte> text)
    {
        Span<byte> canonical = stackalloc byte[VersionText.MaxCanonicalLength];
        if (VersionText.TryCanonicalize(text, canonical, out _) && _protocolsOfOne.Count < byte.MaxValue)
        {
            Span<char> name = stackalloc char[text.Length];
            Ascii.ToUtf16(text, name, out _);
            _protocolsOfOne.Add(Number(_protocols, name, MaxProtocols, "plugin protocols"));
        }
    }

    /// <summary>Invalid platforms are omitted.</summary>
    public void AddPlatform(ReadOnlySpan<byte> os, ReadOnlySpan<byte> arch)
    {
        Span<char> name = stackalloc char[Platform.MaxLength];
        if (os.Length + 1 + arch.Length > name.Length || Ascii.ToUtf16(os, name, out int length) != OperationStatus.Done
            || Ascii.ToUtf16(arch, name[(length + 1)..], out _) != OperationStatus.Done)
        {
            return;
        }

        name[length] = '_';
        name = name[..(os.Length + 1 + arch.Length)];
        if (!_platforms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ushort number))
        {
            if (!Platform.TryParse(name.ToString(), out _))
            {
                return;
            }

            number = Number(_platforms, name, MaxPlatforms, "platforms");
            _names.Add(name.ToString());
        }

        _platformsOfOne.Add(number);
    }

    public void AddWarning(string text)
    {
        if (_warnings.Count < MaxWarnings && text.Length <= MaxWarningLength)
        {
            _warnings.Add(text);
        }
    }

    /// <summary>Adds the current version to the list.</summary>
    public void Commit()
    {
        if (_versionLength == 0)
        {
            return;
        }

        Span<byte> text = stackalloc byte[1 + VersionText.MaxCanonicalLength];
        text[0] = (byte)_versionLength;
        _version.AsSpan(0, _versionLength).CopyTo(text[1..]);
        var entry = new Entry(_texts.Append(text[..(1 + _versionLength)]), Shape());
        _entries.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<Entry>(in entry)));
        _count++;
    }

    public OriginVersionList Build()
    {
        var entries = Sort();
        using var head = new MemoryStream();
        Write(head, _names);
        Write(head, [.. _protocols.OrderBy(item => item.Value).Select(item => item.Key)]);
        Write(head, _warnings);
        int texts = 0;
        foreach (var entry in entries)
        {
            texts += 1 + _texts.At(entry.Text)[0];
        }

        int index = OriginVersionList.HeadSize + (int)head.Length, shapes = index + (entries.Length * OriginVersionList.EntrySize);
        byte[] bytes = new byte[shapes + _shapes.Length + texts];
        bytes[0] = OriginVersionList.Format;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), entries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1 + sizeof(int)), _shapes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1 + (2 * sizeof(int))), texts);
        head.GetBuffer().AsSpan(0, (int)head.Length).CopyTo(bytes.AsSpan(OriginVersionList.HeadSize));
        _shapes.CopyTo(bytes.AsSpan(shapes));
        int at = shapes + _shapes.Length, begin = at;
        for (int i = 0; i < entries.Length; i++)
        {
            var text = _texts.At(entries[i].Text);
            text = text[..(1 + text[0])];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(index + (i * OriginVersionList.EntrySize)), at - begin);
            BinaryPrimitives.WriteInt32LittleEndian(
                bytes.AsSpan(index + (i * OriginVersionList.EntrySize) + sizeof(int)), _shapes.Flat(entries[i].Shape));
            text.CopyTo(bytes.AsSpan(at));
            at += text.Length;
        }

        return new OriginVersionList(bytes);
    }

    public void Dispose()
    {
        _texts.Dispose();
        _shapes.Dispose();
        _entries.Dispose();
    }

    /// <summary>Newest first; of duplicates, the first is kept.</summary>
    private ReadOnlySpan<Entry> Sort()
    {
        var entries = GC.AllocateUninitializedArray<Entry>(_count).AsSpan();
        _entries.CopyTo(MemoryMarshal.AsBytes(entries));
        if (IsStrictly(entries, order: 1))
        {
            entries.Reverse();
        }

        if (IsStrictly(entries, order: -1))
        {
            return entries;
        }

        entries.Sort(Compare);
        int kept = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (kept == 0 || !TextOf(entries[kept - 1]).SequenceEqual(TextOf(entries[i])))
            {
                entries[kept++] = entries[i];
            }
        }

        return entries[..kept];
    }

    /// <summary>Origins usually list versions in ascending or descending order.</summary>
    /// <param name="order">1 for oldest first; -1 for newest first.</param>
    private bool IsStrictly(ReadOnlySpan<Entry> entries, int order)
    {
        for (int i = 1; i < entries.Length; i++)
        {
            if (Math.Sign(VersionText.Compare(TextOf(entries[i]), TextOf(entries[i - 1]))) != order)
            {
                return false;
            }
        }

        return true;
    }

    private int Compare(Entry left, Entry right)
    {
        int order = VersionText.Compare(TextOf(right), TextOf(left));
        return order != 0 ? order : left.Text.CompareTo(right.Text);
    }

    private ReadOnlySpan<byte> TextOf(Entry entry)
    {
        var text = _texts.At(entry.Text);
        return text.Slice(1, text[0]);
    }

    /// <summary>The position of the version's protocols and platforms, stored once for all versions that share them.</summary>
    private int Shape()
    {
        _platformsOfOne.Sort(_byName);
        int platforms = 0;
        for (int i = 0; i < _platformsOfOne.Count; i++)
        {
            if (i == 0 || _platformsOfOne[i] != _platformsOfOne[i - 1])
            {
                _platformsOfOne[platforms++] = _platformsOfOne[i];
            }
        }

        int length = 1 + _protocolsOfOne.Count + sizeof(ushort) + (platforms * sizeof(ushort));
        Span<byte> shape = stackalloc byte[1 + byte.MaxValue + sizeof(ushort) + (MaxPlatforms * sizeof(ushort))];
        shape = shape[..length];
        shape[0] = (byte)_protocolsOfOne.Count;
        int at = 1;
        foreach (ushort protocol in _protocolsOfOne)
        {
            shape[at++] = (byte)protocol;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(shape[at..], (ushort)platforms);
        at += sizeof(ushort);
        for (int i = 0; i < platforms; i++, at += sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(shape[at..], _platformsOfOne[i]);
        }

        Span<char> name = stackalloc char[length];
        Encoding.Latin1.GetChars(shape, name);
        var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(name, out int before))
        {
            return before;
        }

        int offset = _shapes.Append(shape);
        if (_known.Count < MaxShared)
        {
            known[name] = offset;
        }

        return offset;
    }

    private static ushort Number(Dictionary<string, ushort> names, ReadOnlySpan<char> name, int most, string what)
    {
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(name, out ushort number))
        {
            return number;
        }

        if (names.Count == most)
        {
            throw new JsonException($"it names more than {most} different {what}");
        }

        return lookup[name] = (ushort)names.Count;
    }

    private static void Write(MemoryStream head, List<string> names)
    {
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)names.Count);
        head.Write(number);
        foreach (string name in names)
        {
            byte[] text = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)text.Length);
            head.Write(number);
            head.Write(text);
        }
    }

    private readonly record struct Entry(int Text, int Shape);

    /// <summary>A byte buffer that grows without copying; an appended item is never split between two chunks.</summary>
    private sealed class Chunks : IDisposable
    {
        private const int Bits = 16;
        private const int Size = 1 << Bits;
        private readonly List<(byte[] Bytes, int Used, int Before)> _chunks = [];

        public int Length { get; private set; }

        /// <returns>The offset to pass to <see cref="At"/>.</returns>
        public int Append(ReadOnlySpan<byte> bytes)
        {
            if (_chunks.Count == 0 || _chunks[^1].Used + bytes.Length > Size)
            {
                _chunks.Add((ArrayPool<byte>.Shared.Rent(Size), 0, Length));
            }

            var (chunk, used, before) = _chunks[^1];
            bytes.CopyTo(chunk.AsSpan(used));
            _chunks[^1] = (chunk, used + bytes.Length, before);
            Length += bytes.Length;
            return ((_chunks.Count - 1) << Bits) | used;
        }

        public ReadOnlySpan<byte> At(int offset) => _chunks[offset >> Bits].Bytes.AsSpan(offset & (Size - 1), Size - (offset & (Size - 1)));

        /// <summary>The offset after all chunks have been concatenated.</summary>
        public int Flat(int offset) => _chunks[offset >> Bits].Before + (offset & (Size - 1));

        public void CopyTo(Span<byte> destination)
        {
            foreach (var (bytes, used, before) in _chunks)
            {
                bytes.AsSpan(0, used).CopyTo(destination[before..]);
            }
        }

        public void Dispose()
        {
            foreach (var (bytes, _, _) in _chunks)
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }

            _chunks.Clear();
        }
    }
}
