using System.Text.Json.Nodes;
using Mirror.Web.Hosting.Demo;

namespace Mirror.Tests.Origin;

/// <summary>A provider of the fake origin. A test can change everything while the origin runs.</summary>
public sealed class FakeProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FakeVersion> _versions = [];
    private readonly List<Action<JsonObject>> _edits = [];
    private string[] _visibleTo = [];

    internal FakeProvider(string @namespace, string type)
    {
        Namespace = @namespace;
        Type = type;
    }

    public string Namespace { get; }

    public string Type { get; }

    /// <summary><c>namespace/type</c></summary>
    public string Name => $"{Namespace}/{Type}";

    public FakeVersion this[string version] =>
        Find(version) ?? throw new KeyNotFoundException($"{Name} has no version '{version}' at the fake origin.");

    /// <summary>
    /// Publishes a version. Without <paramref name="setUp"/>, it has four platforms and is signed by <see cref="TestKeys.Publisher"/>.
    /// </summary>
    public FakeProvider AddVersion(string version, Action<FakeVersion>? setUp = null)
    {
        var added = new FakeVersion(this, version);
        setUp?.Invoke(added);
        lock (_lock)
        {
            _versions.Add(version, added);
        }

        return this;
    }

    public FakeProvider AddVersions(params string[] versions)
    {
        foreach (string version in versions)
        {
            AddVersion(version);
        }

        return this;
    }

    public FakeProvider RemoveVersion(string version)
    {
        lock (_lock)
        {
            _versions.Remove(version);
        }

        return this;
    }

    /// <summary>Changes the version list before it is sent.</summary>
    public FakeProvider EditVersions(Action<JsonObject> edit)
    {
        lock (_lock)
        {
            _edits.Add(edit);
        }

        return this;
    }

    /// <summary>Adds version strings to the list, valid or invalid, without a release.</summary>
    public FakeProvider ListAlso(params string[] versions) => EditVersions(document =>
    {
        foreach (string version in versions)
        {
            ((JsonArray)document["versions"]!).Add(RegistryDocuments.VersionListing(version, ["5.0"], FakeVersion.DefaultPlatforms));
        }
    });

    /// <summary>Adds warnings for the user to the version list.</summary>
    public FakeProvider Warn(params string[] warnings) =>
        EditVersions(document => document["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]));

    /// <summary>Makes the provider private: requests with another token, or without a token, return 404.</summary>
    public FakeProvider VisibleTo(params string[] tokens)
    {
        _visibleTo = tokens;
        return this;
    }

    internal bool IsVisibleTo(string? token) => _visibleTo.Length == 0 || _visibleTo.Contains(token);

    internal FakeVersion? Find(string version)
    {
        lock (_lock)
        {
            return _versions.GetValueOrDefault(version);
        }
    }

    internal JsonObject VersionsDocument(bool likeOpenTofu)
    {
        FakeVersion[] versions;
        Action<JsonObject>[] edits;
        lock (_lock)
        {
            versions = [.. _versions.Values];
            edits = [.. _edits];
        }

        var document = new JsonObject();
        if (!likeOpenTofu)
        {
            document["id"] = Name;
        }

        document["versions"] = new JsonArray([.. versions.Select(version => version.Listing())]);
        if (!likeOpenTofu)
        {
            document["warnings"] = null;
        }

        foreach (var edit in edits)
        {
            edit(document);
        }

        return document;
    }
}
