using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>Describes value types that JSON writes as text as strings; the framework cannot inspect their converters.</summary>
internal static class TextValueSchemas
{
    public static OpenApiOptions AddTextValues(this OpenApiOptions options)
    {
        var reference = options.CreateSchemaReferenceId;
        options.CreateSchemaReferenceId = info => IsText(info.Type) ? null : reference(info);
        return options.AddSchemaTransformer((schema, context, _) =>
        {
            if (IsText(context.JsonTypeInfo.Type))
            {
                schema.Type = context.JsonPropertyInfo is { IsGetNullable: true }
                    ? JsonSchemaType.Null | JsonSchemaType.String
                    : JsonSchemaType.String;
            }
            else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && IsText(element))
            {
                schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
            }

            return Task.CompletedTask;
        });
    }

    private static bool IsText(Type type) => (Nullable.GetUnderlyingType(type) ?? type).GetInterfaces()
        .Any(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(ITextValue<>));
}
