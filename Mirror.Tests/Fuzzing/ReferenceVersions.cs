using System.Numerics;

namespace Mirror.Tests.Fuzzing;

/// <summary>
/// A simple implementation of precedence and constraints according to https://semver.org/ and Terraform's documentation, for valid
/// versions.
/// </summary>
internal static class ReferenceVersions
{
    /// <returns>-1, 0 or 1. Build metadata is ignored.</returns>
    public static int Compare(string left, string right)
    {
        var (leftNumbers, leftPrerelease) = Split(left);
        var (rightNumbers, rightPrerelease) = Split(right);
        for (int i = 0; i < 3; i++)
        {
            if (leftNumbers[i] != rightNumbers[i])
            {
                return leftNumbers[i].CompareTo(rightNumbers[i]);
            }
        }

        if (leftPrerelease.Length == 0 || rightPrerelease.Length == 0)
        {
            return (leftPrerelease.Length == 0).CompareTo(rightPrerelease.Length == 0);
        }

        foreach (var (one, other) in leftPrerelease.Zip(rightPrerelease))
        {
            if (CompareIdentifiers(one, other) is var order and not 0)
            {
                return order;
            }
        }

        return leftPrerelease.Length.CompareTo(rightPrerelease.Length);
    }

    public static bool Matches(string constraint, string version)
    {
        var conditions = constraint.Split(',')
            .Select(part => part.Trim())
            .Select(part => (Operator: new string([.. part.TakeWhile(c => "~<>=!".Contains(c, StringComparison.Ordinal))]), Part: part))
            .ToList();
        bool exact = conditions.Exists(item => item.Operator is "" or "=" && Compare(version, Number(item)) == 0);
        return (exact || !version.Split('+')[0].Contains('-', StringComparison.Ordinal))
            && conditions.TrueForAll(item => MatchesOne(item.Operator, Number(item), version));

        static string Number((string Operator, string Part) item) => item.Part[item.Operator.Length..].Trim();
    }

    private static bool MatchesOne(string @operator, string number, string version)
    {
        int order = Compare(version, number);
        return @operator switch
        {
            "" or "=" => order == 0,
            "!=" => order != 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            "<=" => order <= 0,
            "~>" => order >= 0 && SharesAllPartsButTheLast(number, version),
            _ => throw new ArgumentException($"'{@operator}' is no operator.", nameof(@operator)),
        };
    }

    private static bool SharesAllPartsButTheLast(string number, string version)
    {
        string[] written = number.Split('-', '+')[0].Split('.');
        var (wanted, _) = Split(number);
        var (given, _) = Split(version);
        return Enumerable.Range(0, Math.Max(1, written.Length - 1)).All(i => wanted[i] == given[i]);
    }

    private static (BigInteger[] Numbers, string[] Prerelease) Split(string version)
    {
        string[] halves = version.Split('+')[0].Split('-', 2);
        var numbers = halves[0].Split('.').Select(BigInteger.Parse).Concat([BigInteger.Zero, BigInteger.Zero]).Take(3);
        return ([.. numbers], halves.Length == 2 ? halves[1].Split('.') : []);
    }

    private static int CompareIdentifiers(string left, string right) => (left.All(char.IsAsciiDigit), right.All(char.IsAsciiDigit)) switch
    {
        (true, true) => BigInteger.Parse(left).CompareTo(BigInteger.Parse(right)),
        (true, false) => -1,
        (false, true) => 1,
        _ => Math.Sign(string.CompareOrdinal(left, right)),
    };
}
