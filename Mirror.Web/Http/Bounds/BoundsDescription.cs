using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mirror.Web.Http.Bounds;

/// <summary>
/// Writes the bounds that hold for parameters and request bodies into the OpenAPI document, from where they are enforced.
/// </summary>
internal static class BoundsDescription
{
    public static OpenApiOptions AddBounds(this OpenApiOptions options) =>
        options.AddOperationTransformer(DescribeParameters).AddSchemaTransformer(DescribeMembers);

    private static Task DescribeParameters(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var bound = context.Description.ActionDescriptor.EndpointMetadata.OfType<IParameterBindingMetadata>()
            .ToLookup(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            // Those that are properties of a type would be written as properties are.
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            if (parameter.Schema is OpenApiSchema schema && bound[parameter.Name].FirstOrDefault() is { } binding)
            {
                Describe(schema, DeclaredBounds.Of(binding.ParameterInfo));
            }
        }

        // Handlers take the resolved namespace, which no parameter of theirs declares as a part of the address.
        if (context.Description.RelativePath?.Contains("{group}", StringComparison.Ordinal) == true
            && operation.Parameters?.Any(parameter => parameter.Name == "group") != true)
        {
            operation.Parameters = [NamespaceParameter(), .. operation.Parameters ?? []];
        }

        return Task.CompletedTask;
    }

    private static OpenApiParameter NamespaceParameter() => new()
    {
        Name = "group",
        In = ParameterLocation.Path,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = DeclaredBounds.PathLength },
    };

    private static Task DescribeMembers(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (!context.ApplicationServices.GetRequiredService<SentDocuments>().Contain(context.JsonTypeInfo.Type))
        {
            // What the server tells may grow: only requests are taken at their word.
            schema.AdditionalPropertiesAllowed = true;
            if (schema is { Required.Count: > 0, Properties: { } members })
            {
                // Every member of an answer is written, whether its record is constructed with it or computes it.
                schema.Required = members.Keys.ToHashSet(StringComparer.Ordinal);
            }

            return Task.CompletedTask;
        }

        foreach (var member in context.JsonTypeInfo.Properties)
        {
            if (schema.Properties?.TryGetValue(member.Name, out var described) == true && described is OpenApiSchema inline)
            {
                Describe(inline, DeclaredBounds.Of(member));
            }
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiSchema schema, DeclaredBounds bounds)
    {
        if (schema.Type?.HasFlag(JsonSchemaType.String) == true && schema.Enum is null)
        {
            schema.MaxLength = schema.Format == "byte" ? Base64Length(bounds.TextLength) : bounds.TextLength;
        }

        if (schema.Type?.HasFlag(JsonSchemaType.Array) == true)
        {
            schema.MaxItems = bounds.ItemCount;
        }

        if (schema.AdditionalProperties is not null)
        {
            schema.MaxProperties = bounds.ItemCount;
        }

        if ((schema.Items ?? schema.AdditionalProperties) is OpenApiSchema item && item.Type?.HasFlag(JsonSchemaType.String) == true)
        {
            item.MaxLength = bounds.ItemLength;
        }

        if (bounds.Range is { } range)
        {
            (schema.Minimum, schema.Maximum) = ($"{range.Minimum}", $"{range.Maximum}");
        }
    }

    private static int Base64Length(int bytes) => (bytes + 2) / 3 * 4;
}
