using System.Buffers.Binary;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <param name="Protocols">Plugin protocol versions, such as <c>5.0</c>.</param>
public sealed record OriginVersion(ProviderVersion Version, IReadOnlyList<string> Protocols, IReadOnlyList<Platform> Platforms);

/// <summary>
/// The valid versions that an origin offers, newest first, in a compact form: a single byte array, which is also the stored form.
/// As objects, a list of a million versions would take ten times as much memory, so objects are created one at a time while reading.
/// </summary>
/// <remarks>
/// Little endian: format, counts, name tables (platforms, protocols, warnings), the index with one entry per version, shapes (protocols
/// and platforms shared by several versions, as indexes into the tables), and texts.
/// </remarks>
public sealed class OriginVersionList
{
    internal const byte Format = 1;
    internal const int HeadSize = 1 + (3 * sizeof(int));
    internal const int EntrySize = 3 * sizeof(int);

    private readonly byte[] _bytes;
    private readonly int _index;
    private readonly int _shapes;
    private readonly int _texts;
    private readonly Platform[] _platforms;
    private readonly string[] _protocols;

    /// <exception cref="ArgumentException">The bytes are not in this format.</exception>
    internal OriginVersionList(byte[] bytes)
    {
        _bytes = bytes;
        try
        {
            Ensure(bytes[0] == Format);
            Count = Number(1);
            int shapes = Number(1 + sizeof(int)), texts = Number(1 + (2 * sizeof(int))), at = HeadSize;
            _platforms = [.. Names(ref at).Select(Platform.Parse)];
            _protocols = [.. Names(ref at)];
            Warnings = [.. Names(ref at)];
            Ensure(Count >= 0 && shapes >= 0 && texts >= 0);
            _index = at;
            _shapes = checked(_index + (Count * EntrySize));
            _texts = checked(_shapes + shapes);
            Ensure(bytes.Length == checked(_texts + texts));
            for (int i = 0; i < Count; i++)
            {
                Ensure(Text(i).Length > 0 && _texts + TextAt(i) < bytes.Length && ShapeAt(i) >= 0 && ShapeAt(i) < shapes);
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException or FormatException)
        {
            throw new ArgumentException("The stored version list is damaged.", nameof(bytes), e);
        }
    }

    public static OriginVersionList Empty { get; } = new VersionListBuilder().Build();

    public int Count { get; }

    /// <summary>Warnings from the registry to users of the provider.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Longer than the list of any real provider.</summary>
    public bool IsLong => Count > 20_000;

    /// <summary>The approximate memory use in bytes.</summary>
    public long Size => _bytes.Length + 1024;

    /// <summary>Newest first; each object is created when it is read.</summary>
    public IEnumerable<OriginVersion> Versions
    {
        get
        {
            (int At, IReadOnlyList<string> Protocols, IReadOnlyList<Platform> Platforms) shape = (-1, [], []);
            for (int i = 0; i < Count; i++)
            {
                if (ShapeAt(i) is var at && at != shape.At)
                {
                    shape = (at, ProtocolsAt(at), PlatformsAt(at));
                }

                yield return new OriginVersion(VersionAt(i), shape.Protocols, shape.Platforms);
            }
        }
    }

    /// <summary>The versions, merged with others that the list lacks; newest first, each object created when it is read.</summary>
    public IEnumerable<OriginVersion> With(IEnumerable<OriginVersion> others)
    {
        var missing = others.Where(item => !Contains(item.Version)).OrderByDescending(item => item.Version).ToList();
        return missing.Count == 0 ? Versions : Merge();

        IEnumerable<OriginVersion> Merge()
        {
            int next = 0;
            foreach (var item in Versions)
            {
                for (; next < missing.Count && missing[next].Version > item.Version; next++)
                {
                    yield return missing[next];
                }

                yield return item;
            }

            for (; next < missing.Count; next++)
            {
                yield return missing[next];
            }
        }
    }

    /// <summary>The stored form; must not be modified.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>The list stored as these bytes; null if they are not in this format.</summary>
    public static OriginVersionList? FromStored(byte[] bytes)
    {
        try
        {
            return bytes.Length < HeadSize ? null : new OriginVersionList(bytes);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public bool Contains(ProviderVersion version) => Find(Encoding.ASCII.GetBytes(version.Value)) >= 0;

    public OriginVersion? Find(ProviderVersion version) =>
        Find(Encoding.ASCII.GetBytes(version.Value)) is >= 0 and var i
            ? new OriginVersion(version, ProtocolsAt(ShapeAt(i)), PlatformsAt(ShapeAt(i)))
            : null;

    /// <summary>
    /// When a version first appeared, in whole seconds; null if it was in the first list fetched or is not listed.
    /// </summary>
    public DateTimeOffset? FirstSeen(ProviderVersion version) =>
        Find(Encoding.ASCII.GetBytes(version.Value)) is >= 0 and var i && SeenAt(i) is > 0 and var seen
            ? DateTimeOffset.FromUnixTimeSeconds(seen)
            : null;

    /// <summary>The versions that first appeared after a time; see <see cref="FirstSeen"/>.</summary>
    public IEnumerable<ProviderVersion> SeenAfter(DateTimeOffset time)
    {
        for (int i = 0; i < Count; i++)
        {
            if (SeenAt(i) is > 0 and var seen && DateTimeOffset.FromUnixTimeSeconds(seen) > time)
            {
                yield return VersionAt(i);
            }
        }
    }

    /// <summary>Records which versions are new; call it once, before the list is used.</summary>
    /// <param name="before">The previous list; null if this is the first.</param>
    internal void MarkNew(OriginVersionList? before, DateTimeOffset now)
    {
        if (before is null || ReferenceEquals(before, this))
        {
            return;
        }

        uint seconds = (uint)now.ToUnixTimeSeconds();
        for (int i = 0, j = 0; i < Count; i++)
        {
            int order = -1;
            while (j < before.Count && (order = VersionText.Compare(before.Text(j), Text(i))) > 0)
            {
                j++;
            }

            // A time in the future was recorded before the clock was set back: the age counts from now.
            uint seen = j < before.Count && order == 0 ? Math.Min(before.SeenAt(j), seconds) : seconds;
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_index + (i * EntrySize) + (2 * sizeof(int))), seen);
        }
    }

    private ProviderVersion VersionAt(int i) => ProviderVersion.Parse(Encoding.ASCII.GetString(Text(i)));

    private string[] ProtocolsAt(int shape)
    {
        int at = _shapes + shape;
        string[] protocols = new string[_bytes[at]];
        for (int i = 0; i < protocols.Length; i++)
        {
            protocols[i] = _protocols[_bytes[at + 1 + i]];
        }

        return protocols;
    }

    private Platform[] PlatformsAt(int shape)
    {
        int at = _shapes + shape;
        at += 1 + _bytes[at];
        var platforms = new Platform[BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at))];
        for (int i = 0; i < platforms.Length; i++)
        {
            platforms[i] = _platforms[BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at + sizeof(ushort) + (i * sizeof(ushort))))];
        }

        return platforms;
    }

    private int Find(ReadOnlySpan<byte> version)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = VersionText.Compare(Text(middle), version);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order > 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private ReadOnlySpan<byte> Text(int i)
    {
        int at = _texts + TextAt(i);
        return _bytes.AsSpan(at + 1, _bytes[at]);
    }

    private int TextAt(int i) => Number(_index + (i * EntrySize));

    private int ShapeAt(int i) => Number(_index + (i * EntrySize) + sizeof(int));

    private uint SeenAt(int i) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_index + (i * EntrySize) + (2 * sizeof(int))));

    private int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));

    private List<string> Names(ref int at)
    {
        var names = new List<string>();
        int count = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
        at += sizeof(ushort);
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
            names.Add(Encoding.UTF8.GetString(_bytes.AsSpan(at + sizeof(ushort), length)));
            at += sizeof(ushort) + length;
        }

        return names;
    }

    private static void Ensure(bool holds)
    {
        if (!holds)
        {
            throw new FormatException();
        }
    }
}
