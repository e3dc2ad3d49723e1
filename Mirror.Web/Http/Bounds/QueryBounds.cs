using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Mirror.Web.Http.Bounds;

/// <summary>Endpoint metadata: the maximum length of query parameters that the endpoint reads without declaring them.</summary>
/// <param name="Value">In characters.</param>
internal sealed record QueryLength(int Value);

/// <summary>The declared maximum lengths of an endpoint's query parameters.</summary>
internal sealed class QueryBounds
{
    /// <summary>The maximum number of query parameters.</summary>
    public const int MaxCount = 32;

    private const int MaxNameLength = 64;
    private const int UndeclaredLength = 1024;

    private static readonly ConditionalWeakTable<Endpoint, QueryBounds> Known = [];
    private static readonly QueryBounds None = new([], UndeclaredLength, []);

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lengths;
    private readonly IReadOnlyList<IParameterBindingMetadata> _parameters;
    private readonly int _undeclared;

    private QueryBounds(Dictionary<string, int> lengths, int undeclared, IReadOnlyList<IParameterBindingMetadata> parameters) =>
        (_lengths, _undeclared, _parameters) = (lengths.GetAlternateLookup<ReadOnlySpan<char>>(), undeclared, parameters);

    /// <param name="endpoint">Null if no endpoint matches.</param>
    public static QueryBounds Of(Endpoint? endpoint) => endpoint is null ? None : Known.GetValue(endpoint, Read);

    /// <summary>Explains why a query is out of bounds, as a sentence; null if it is within bounds.</summary>
    public string? FindFault(QueryString query)
    {
        int count = 0;
        foreach (var parameter in new QueryStringEnumerable(query.Value))
        {
            if (++count > MaxCount)
            {
                return $"Too many query parameters; expected at most {MaxCount}.";
            }

            var name = parameter.DecodeName().Span;
            if (DeclaredBounds.FindFault(name, MaxNameLength) is { } unnamed)
            {
                return $"The name of a query parameter has {unnamed}";
            }

            if (DeclaredBounds.FindFault(parameter.DecodeValue().Span, _lengths.TryGetValue(name, out int length) ? length : _undeclared) is { } fault)
            {
                return $"{name}: {fault}";
            }
        }

        return null;
    }

    /// <summary>Returns the first parameter that the endpoint does not declare; null if there is none.</summary>
    public string? FindUnknown(QueryString query)
    {
        foreach (var parameter in new QueryStringEnumerable(query.Value))
        {
            if (!_lengths.ContainsKey(parameter.DecodeName().Span))
            {
                return parameter.DecodeName().ToString();
            }
        }

        return null;
    }

    /// <summary>Names the parameter whose value cannot be parsed, as a sentence; null if there is none.</summary>
    public string? FindUnreadable(IQueryCollection query)
    {
        foreach (var parameter in _parameters)
        {
            var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
            if (query.TryGetValue(parameter.Name, out var value)
                && TypeDescriptor.GetConverter(type) is { } converter
                && converter.CanConvertFrom(typeof(string))
                && !converter.IsValid(value.ToString()))
            {
                string expected = type == typeof(bool)
                    ? "true or false"
                    : type == typeof(DateTimeOffset) ? "a timestamp such as 2026-01-31T12:00:00Z"
                    : "a whole number";
                return $"{JsonNamingPolicy.CamelCase.ConvertName(parameter.Name)}: '{value}' is not valid; expected {expected}.";
            }
        }

        return null;
    }

    private static QueryBounds Read(Endpoint endpoint)
    {
        var lengths = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var parameters = endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>();
        foreach (var parameter in parameters)
        {
            lengths[parameter.Name] = DeclaredBounds.Of(parameter.ParameterInfo).TextLength;
        }

        var page = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type;
        foreach (var property in page?.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) ?? [])
        {
            if (property.GetCustomAttribute<SupplyParameterFromQueryAttribute>() is { } query)
            {
                lengths[query.Name ?? property.Name] = DeclaredBounds.Of(property).TextLength;
            }
        }

        return new QueryBounds(lengths, endpoint.Metadata.GetMetadata<QueryLength>()?.Value ?? UndeclaredLength, parameters);
    }
}
