using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Mirror.Tests.Architecture;

/// <summary>Finds the types that a type uses: in its signatures, and in the code of its methods, lambdas and iterators.</summary>
internal static class TypeUse
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The types used by a type and by its nested types, which contain compiled lambdas and iterators.</summary>
    public static HashSet<Type> Of(Type type)
    {
        var used = new HashSet<Type>();
        Add(used, type.BaseType);
        Array.ForEach(type.GetInterfaces(), each => Add(used, each));
        Array.ForEach(type.GetFields(All), field => Add(used, field.FieldType));
        foreach (var attribute in type.GetCustomAttributesData())
        {
            Add(used, attribute.AttributeType);
        }

        foreach (var method in type.GetMembers(All).OfType<MethodBase>())
        {
            AddSignature(used, method);
            AddBody(used, method);
        }

        foreach (var nested in type.GetNestedTypes(All))
        {
            used.UnionWith(Of(nested));
        }

        return used;
    }

    private static void AddSignature(HashSet<Type> used, MethodBase method)
    {
        Add(used, method.DeclaringType);
        Add(used, (method as MethodInfo)?.ReturnType);
        foreach (var parameter in method.GetParameters())
        {
            Add(used, parameter.ParameterType);
        }

        if (method.IsGenericMethod)
        {
            Array.ForEach(method.GetGenericArguments(), each => Add(used, each));
        }
    }

    private static void AddBody(HashSet<Type> used, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } il)
        {
            return;
        }

        foreach (var local in body.LocalVariables)
        {
            Add(used, local.LocalType);
        }

        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
        {
            Add(used, clause.CatchType);
        }

        var typeArguments = method.DeclaringType?.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (int token in Tokens(il))
        {
            switch (method.Module.ResolveMember(token, typeArguments, methodArguments))
            {
                case Type type:
                    Add(used, type);
                    break;
                case FieldInfo field:
                    Add(used, field.DeclaringType);
                    Add(used, field.FieldType);
                    break;
                case MethodBase called:
                    AddSignature(used, called);
                    break;
            }
        }
    }

    /// <summary>The metadata tokens of types, fields and methods in a method's code: ECMA-335, partition III.</summary>
    private static IEnumerable<int> Tokens(byte[] il)
    {
        int at = 0;
        while (at < il.Length)
        {
            short value = il[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | il[at++]);
            }

            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at))),
                _ => 4,
            };
        }
    }

    private static void Add(HashSet<Type> used, Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(used, type.GetElementType());
            return;
        }

        if (!type.IsGenericType)
        {
            used.Add(type);
            return;
        }

        if (used.Add(type.GetGenericTypeDefinition()) | !type.IsGenericTypeDefinition)
        {
            Array.ForEach(type.GetGenericArguments(), each => Add(used, each));
        }
    }
}
