using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mirror.Core.Addresses;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Sync;
using Mirror.Core.Verification;

namespace Mirror.Tests.Fuzzing;

/// <summary>Properties of all valid values: parsers read what a simple writer writes, and agree with a simple reference.</summary>
public sealed class PropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261130, 7);

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Choose(0, 12).Select(n => n.ToString(CultureInfo.InvariantCulture)), Gen.Elements("99", "100", "18446744073709551615"));
    private static readonly Gen<string> Identifier = Gen.OneOf(
        Number, Gen.Elements("alpha", "beta", "rc", "a-1", "-", "0a", "RC1", "99999999999999999999999"));

    private static readonly Gen<string> Version =
        (from numbers in Number.ArrayOf(3)
         from prerelease in Gen.OneOf(Gen.Constant(""), Join(Identifier, ".").Select(text => "-" + text))
         from build in Gen.OneOf(Gen.Constant(""), Gen.Elements("+build", "+001", "+a.b"))
         select string.Join('.', numbers) + prerelease + build).Where(text => text.Length <= 128);

    private static readonly Gen<string> Condition =
        from op in Gen.Elements("", "= ", "!=", "> ", ">=", "<", "<= ", "~> ", "~>")
        from version in Gen.OneOf(Version, Number, Join(Number, ".", 2))
        select op + version;

    private static readonly Gen<(string Name, byte[] Content)[]> Files =
        from count in Gen.Choose(0, 8)
        from names in Gen.Elements("a", "b", "docs/", "README.md", "é", "terraform-provider-x", new string('n', 120)).ArrayOf(count)
        from sizes in Gen.Elements(0, 1, 511, 512, 513, 5000).ArrayOf(count)
        from seed in Gen.Choose(0, 1000)
        select names.Select((name, i) => ($"{name}{i}", Content(seed + i, sizes[i]))).ToArray();

    [Fact]
    public void Versions_AnyTwo_AreOrderedLikeTheReference() => Holds(Gen.Two(Version), pair =>
    {
        var (left, right) = (ProviderVersion.Parse(pair.Item1), ProviderVersion.Parse(pair.Item2));
        int reference = ReferenceVersions.Compare(pair.Item1, pair.Item2);
        return left.Value == pair.Item1
            && (reference == 0 ? left.HasSamePrecedence(right) : Math.Sign(left.CompareTo(right)) == reference)
            && Math.Sign(left.CompareTo(right)) == -Math.Sign(right.CompareTo(left));
    });

    [Fact]
    public void Constraints_WithAnyVersion_MatchLikeTheReference() =>
        Holds(Gen.Zip(Join(Condition, ", ").Where(text => text.Length <= VersionConstraint.MaxLength), Version), pair =>
        VersionConstraint.Parse(pair.Item1).Matches(
            ProviderVersion.Parse(pair.Item2)) == ReferenceVersions.Matches(pair.Item1, pair.Item2));

    [Fact]
    public void Zip_OfAnyFiles_HasTheHashOfTheFiles() => Holds(Files, files =>
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        string lines = string.Concat(files.OrderBy(file =>
            Encoding.UTF8.GetBytes(file.Name), Bytewise).Select(
                file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Content))}  {file.Name}\n"));
        return PackageHasher.HashZip(zip, 1 << 20) is PackageHashResult.Hashed hashed
            && hashed.Hash == PackageHash.Content(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
    });

    [Fact]
    public void Tar_OfAnyFiles_ListsAllFiles() => Holds(Gen.Zip(Files, Gen.Elements(TarEntryFormat.Pax, TarEntryFormat.Gnu)), input =>
    {
        var (files, format) = input;
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                TarEntry entry = format == TarEntryFormat.Pax
                    ? new PaxTarEntry(TarEntryType.RegularFile, name)
                    : new GnuTarEntry(TarEntryType.RegularFile, name);
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        }

        byte[] bytes = stream.ToArray();
        var listing = TarDirectory.Read(new MemoryStream(bytes), "a.tar");
        return listing.Fault is null
            && listing.Entries.Select(
                entry => (entry.Name, Convert.ToHexString(bytes.AsSpan((int)entry.Content.Offset, (int)entry.Content.Length))))
                .SequenceEqual(files.Select(file => (file.Name, Convert.ToHexString(file.Content))));
    });

    [Fact]
    public void Sums_OfAnyFiles_RoundTrip() => Holds(Gen.Zip(Files, Gen.Elements("  ", " ", "\t")), input =>
    {
        var files = input.Item1.Where(file => file.Name.Length > 0).ToList();
        string text = string.Concat(files.Select(file => $"{Sha256Digest.Of(file.Content).Hex}{input.Item2}{file.Name}\n"));
        return files.Count == 0
            || Sha256Sums.TryParse(Encoding.UTF8.GetBytes(text), out var sums, out _)
                && sums.Digests.Count == files.Count
                && files.TrueForAll(file => sums.TryFind(file.Name, out var digest) && digest == Sha256Digest.Of(file.Content));
    });

    [Fact]
    public void LockFile_OfAnyProviders_RoundTrips() =>
        Holds(Gen.Zip(Gen.Elements("hashicorp/null", "hashicorp/aws", "example.com/a/b"), Version).ArrayOf(), generated =>
    {
        var locked = generated.DistinctBy(item => item.Item1).ToList();
        string text = string.Concat(locked.Select(item =>
            $"provider \"{ProviderAddress.Parse(item.Item1)}\" {{\n  version = \"{item.Item2}\"\n  hashes = [\n    \"h1:x\",\n  ]\n}}\n\n"));
        return DependencyLockFile.Parse(text)
            .Select(item => $"{item.Provider} {item.Versions}")
            .SequenceEqual(locked.Select(item => $"{ProviderAddress.Parse(item.Item1)} {item.Item2}"));
    });

    private static readonly IComparer<byte[]> Bytewise = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    private static byte[] Content(int seed, int size)
    {
        byte[] content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static Gen<string> Join(Gen<string> part, string separator, int most = 4) =>
        Gen.Choose(1, most).SelectMany(count => part.ArrayOf(count)).Select(parts => string.Join(separator, parts));

    private static void Holds<T>(Gen<T> values, Func<T, bool> property) => Prop.ForAll(values.ToArbitrary(), property).Check(Fixed);
}
