using System.Text.Json.Nodes;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

/// <summary>The limits of all inputs in the OpenAPI document.</summary>
public sealed class OpenApiBoundsTests(ApiServer api) : IClassFixture<ApiServer>
{
    // Input that the server never returns, and properties that exist only in responses.
    private static readonly string[] WriteOnly = ["currentPassword", "newPassword", "password"];

    [Fact]
    public async Task Input_OfAnyOperation_HasALimit()
    {
        var operations = await ApiOperation.ReadAsync(api.Server.Client);
        var unbounded =
            from operation in operations
            from part in operation.Parameters.Select(parameter => (Path: new[] { parameter.Name }, parameter.Schema))
                .Concat(operation.Body is null ? [] : operation.Parts(operation.Body))
            where !IsBounded(part.Schema)
            select $"{operation}, {string.Join('.', part.Path)}: {part.Schema.ToJsonString()}";

        Assert.True(operations.Count > 60);
        Assert.Empty(unbounded);
    }

    [Fact]
    public async Task Body_OfAnyOperation_RejectsUnknownProperties()
    {
        var open =
            from operation in await ApiOperation.ReadAsync(api.Server.Client)
            where operation.Body is not null
            from part in operation.Parts(operation.Body!)
            where part.Schema["properties"] is not null
                && part.Schema["additionalProperties"]?.GetValueKind() != System.Text.Json.JsonValueKind.False
            select $"{operation}, {string.Join('.', part.Path)}";

        Assert.Empty(open);
    }

    /// <summary>A setting that is read and sent back under its own name must neither change another setting nor be ignored.</summary>
    [Fact]
    public async Task Property_OfAnyUpdate_IsReturnedUnderTheSameName()
    {
        var operations = await ApiOperation.ReadAsync(api.Server.Client);
        var told = operations.Where(operation => operation.Method == "GET")
            .Select(operation =>
                (
                    operation.Path,
                    Names: operation.Answers.SelectMany(answer => operation.Parts(answer)).SelectMany(part => part.Path).ToHashSet()))
            .ToList();
        var renamed =
            from operation in operations
            where operation.Method is "PUT" or "PATCH" && operation.Body is not null
            let members = operation.Resolve(operation.Body!)["properties"]!.AsObject()
                .Select(member => member.Key)
                .Except(WriteOnly)
                .ToList()
            where !told.Any(get => IsAbout(get.Path, operation.Path) && members.All(get.Names.Contains))
            select $"{operation} takes {string.Join(", ", members)}, which no document there has";

        Assert.Empty(renamed);
    }

    /// <summary>
    /// Whether a document describes the object that an operation changes: it has the same path, a parent path or a sibling path.
    /// </summary>
    private static bool IsAbout(string document, string operation)
    {
        string parent = operation[..operation.LastIndexOf('/')];
        return operation.StartsWith(document, StringComparison.Ordinal) || document[..document.LastIndexOf('/')] == parent;
    }

    private static bool IsBounded(JsonObject schema) =>
        schema["enum"] is not null
        || (!ApiSchema.Is(schema, "string") || schema["maxLength"] is not null)
        && (!ApiSchema.Is(schema, "array") || schema["maxItems"] is not null)
        && (schema["additionalProperties"] is not JsonObject || schema["maxProperties"] is not null)
        && (!ApiSchema.Is(schema, "integer")
            || (string?)schema["format"] == "int64"
            || schema["maximum"] is not null && schema["minimum"] is not null);
}
