using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Mirror.Web.Http.Bounds;

/// <summary>The types that occur in request bodies.</summary>
internal sealed class RequestDocuments(EndpointDataSource endpoints, IOptions<JsonOptions> json)
{
    private readonly Lazy<HashSet<Type>> _types = new(() =>
    {
        var found = new HashSet<Type>();
        var open = new Queue<Type>(
            endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType).OfType<Type>());
        while (open.TryDequeue(out var type))
        {
            if (json.Value.SerializerOptions.TryGetTypeInfo(type, out var info) && found.Add(type))
            {
                foreach (var inner in info.Properties.Select(member => member.PropertyType).Append(info.ElementType).OfType<Type>())
                {
                    open.Enqueue(inner);
                }
            }
        }

        return [.. found.Where(type => json.Value.SerializerOptions.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object)];
    });

    public bool Contain(Type type) => _types.Value.Contains(type);

    /// <summary>The names of a document's members.</summary>
    /// <param name="typeName">The full name of its type.</param>
    public IEnumerable<string> MembersOf(string typeName) =>
        _types.Value.Where(type => type.FullName == typeName)
            .SelectMany(type => json.Value.SerializerOptions.GetTypeInfo(type).Properties)
            .Select(member => member.Name);
}
