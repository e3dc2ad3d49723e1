using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Mirror.Web.Http.Bounds;

/// <summary>
/// An endpoint filter that checks a handler's arguments against the declared bounds of its parameters and documents: texts, numbers
/// and lists. A request that changes something must not have unknown parameters.
/// </summary>
internal static class ArgumentBounds
{
    public static EndpointFilterDelegate Check(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var json = factory.ApplicationServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var parameters = factory.MethodInfo.GetParameters().Select(Argument.Of).ToArray();
        return invocation =>
        {
            var (endpoint, request) = (invocation.HttpContext.GetEndpoint(), invocation.HttpContext.Request);
            if (invocation.HttpContext.Response.StatusCode == StatusCodes.Status400BadRequest)
            {
                // A parameter could not be parsed. The framework does not say which, and skips the handler.
                return QueryBounds.Of(endpoint).FindUnreadable(request.Query) is { } unreadable
                    ? throw ApiProblemException.Invalid(unreadable)
                    : next(invocation);
            }

            var body = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            for (int i = 0; i < parameters.Length; i++)
            {
                if (invocation.Arguments[i] is { } value
                    && (value.GetType() == body ? DocumentBounds.FindFault(value, json) : parameters[i].FindFault(value)) is { } fault)
                {
                    throw ApiProblemException.Invalid(fault);
                }
            }

            // An unknown parameter may have been meant to limit the change.
            return request.QueryString.HasValue
                && !HttpMethods.IsGet(request.Method)
                && QueryBounds.Of(endpoint).FindUnknown(request.QueryString) is { } unknown
                ? throw ApiProblemException.Invalid(
                    $"'{unknown}' is not a parameter of this operation; see /openapi/v1.json.")
                : next(invocation);
        };
    }

    private sealed record Argument(string Name, DeclaredBounds Bounds, IReadOnlyList<(PropertyInfo Property, Argument Of)> Parts)
    {
        public static Argument Of(ParameterInfo parameter) => new(
            parameter.Name!,
            DeclaredBounds.Of(parameter),
            parameter.GetCustomAttribute<AsParametersAttribute>() is null ? [] : [.. parameter.ParameterType.GetProperties().Select(property => (property, Of(property)))]);

        public string? FindFault(object value) => Parts.Count > 0
            ? Parts.Select(part => part.Property.GetValue(value) is { } held ? part.Of.FindFault(held) : null)
                .FirstOrDefault(fault => fault is not null)
            : Bounds.FindFault(value) is { } fault ? $"{Name}: {fault}" : null;

        private static Argument Of(PropertyInfo property)
        {
            // Records declare attributes on constructor parameters.
            var parameter = property.DeclaringType!.GetConstructors()[0].GetParameters()
                .FirstOrDefault(parameter => parameter.Name == property.Name);
            return new Argument(
                JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                parameter is null ? DeclaredBounds.Of(property) : DeclaredBounds.Of(parameter),
                []);
        }
    }
}
