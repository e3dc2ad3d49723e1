using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Addresses;

/// <summary>A value, or the failure that explains why there is none.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The conversions are how instances are created.")]
public readonly struct Outcome<T>
    where T : notnull
{
    private readonly T? _value;

    public Outcome(T? value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    public Failure? Failure { get; }

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Failure is null;

    public T Value => IsSuccess ? _value! : throw new InvalidOperationException($"The outcome has no value: {Failure}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool TryGet([NotNullWhen(true)] out T? value)
    {
        value = _value;
        return IsSuccess;
    }

    public override string ToString() => IsSuccess ? $"{_value}" : $"{Failure}";
}
