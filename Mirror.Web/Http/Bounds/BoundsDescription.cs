using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mirror.Web.Http.Bounds;

/// <summary>Adds the enforced bounds of parameters and request bodies to the OpenAPI document.</summary>
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
            // Properties of a parameter type would otherwise keep their .NET names.
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            if (parameter.Schema is OpenApiSchema schema && bound[parameter.Name].FirstOrDefault() is { } binding)
            {
                Describe(schema, DeclaredBounds.Of(binding.ParameterInfo));
            }
        }

        // Handlers take the resolved namespace and declare no parameter for it.
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
        if (!context.ApplicationServices.GetRequiredService<RequestDocuments>().Contain(context.JsonTypeInfo.Type))
        {
            // Responses may gain members; only requests are closed.
            schema.AdditionalPropertiesAllowed = true;
            if (schema is { Required.Count: > 0, Properties: { } members })
            {
                // Every member of a response is written, whether a constructor parameter or computed.
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
