using Microsoft.AspNetCore.Http;
using Mirror.Core.Addresses;
using Mirror.Core.Hcl;
using Mirror.Core.Sync;
using Mirror.Web.Features.Jobs;
using Mirror.Web.Http;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of addresses, headers and project files.</summary>
internal static class AddressTargets
{
    private static readonly string[] Hosts =
        ["registry.terraform.io", "localhost", "bücher.example", "xn--bcher-kva.example:8443", "REGISTRY.example.com:443", "xn--a.example", "a.example:0443", string.Concat(
        Enumerable.Repeat("é.", 40)) + "example"];
    private static readonly string[] Separators = ["/", ".", "-", "_", ":", "443", "xn--", "*"];

    /// <summary>Versions for testing constraints.</summary>
    private static readonly ProviderVersion[] Versions =
        [.. new[] { "0.0.0", "0.1.0", "1.0.0-alpha.1", "1.0.0", "1.0.0+build", "1.2.3", "2.0.0-rc.1", "5.100.0", "18446744073709551615.0.0" }.Select(ProviderVersion.Parse)];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        OfText("hostname", Hosts, Separators, Hostname),
        OfText("provider-address", [.. Hosts.Select(host => host + "/hashicorp/aws"), "hashicorp/aws", "aws"], Separators, Provider),
        OfText("module-address", ["example.com/ns/name/aws", "terraform-aws-modules/vpc/aws"], Separators, Module),
        OfText("provider-pattern", ["*/*/*", "registry.terraform.io/hashicorp/*", "hashicorp/aws"], Separators, Pattern),
        OfText(
            "namespace-path",
            ["default", "platform/team/workspace"],
            Separators,
            text => NamespacePath.TryParse(text, out var path) ? Same(path.Value == text, path.Value) : "refused"),
        OfText(
            "version",
            ["1.0", "1.2.3", "1.0.0-alpha.1+build.5", "18446744073709551615.0.0", "1.0.0--"],
            [".", "-", "+", "0", "alpha", "rc"],
            Version),
        OfText(
            "constraint",
            ["~> 5.0", ">= 4.1, < 6.0", "!= 1.2.3", "1.0.0-beta", "~> 1.0.0-rc.1"],
            [",", "~>", ">=", "<=", "!=", "=", ">", "<", "1.0.0-rc.1"],
            Constraint),
        OfText(
            "platform",
            ["linux_amd64", "darwin_arm64"],
            ["_"],
            text => Platform.TryParse(text, out var platform) ? Same(platform.Value == text, platform.Value) : "refused"),
        OfText(
            "package-file-name",
            ["terraform-provider-aws_5.0.0_linux_amd64.zip", "terraform-provider-a_b_1.0.0-rc.1_windows_386.zip"],
            ["_", ".zip", "terraform-provider-"],
            FileName),
        OfText(
            "package-hash",
            ["zh:" + new string('a', 64), "h1:" + Convert.ToBase64String(new byte[32])],
            ["zh:", "h1:", "="],
            text => PackageHash.TryParse(text, out var hash) ? Same(hash.Value == text, hash.Value) : "refused"),
        OfText(
            "digest",
            [new string('0', 64), new string('F', 64)],
            ["a"],
            text => Sha256Digest.TryParse(text, out var digest) ? Same(
                string.Equals(digest.Hex, text, StringComparison.OrdinalIgnoreCase), "digest") : "refused"),
        OfText(
            "range",
            ["bytes=0-499", "bytes=-500", "bytes=500-", "bytes=0-0,2-3", "bytes=-0"],
            ["bytes", "=", "-", ",", "9223372036854775807"],
            Range),
        OfText(
            "lock-file",
            [LockFile, "# nothing\n"],
            ["provider \"", "\" {\n", "version = \"", "}\n", "//", "#", "hashes = [\n"],
            text => Refusal<HclSyntaxException>(() => DependencyLockFile.Parse(text)) ?? "accepted"),
        OfText(
            "hcl",
            [LockFile, "a = \"${f(<<E\nx\nE\n)}\"\nb \"c\" d { e = [{}] } # f\n"],
            ["{", "}", "[", "]", "(", ")", "\"", "${", "<<E", "\nE\n", "/*", "*/", "#", "=", "\\u00e4"],
            Hcl),
        OfText(
            "cli-configuration",
            ["host \"a.example\" {\n  services = { \"x\" = \"y\" }\n}\n", "a = <<E\nx\nE\n", "/* c */ b = [1, {}] # d"],
            ["{", "}", "[", "]", "\"", "<<", "/*", "*/", "="],
            Configuration),
    ];

    private const string LockFile =
        """
        # This file is maintained automatically by "terraform init".
        provider "registry.terraform.io/hashicorp/null" {
          version     = "3.2.4"
          constraints = "~> 3.0"
          hashes = [
            "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
          ]
        }

        """;

    private static string Hostname(string text)
    {
        if (!ProviderHostname.TryParse(text, out var hostname))
        {
            return "refused";
        }

        Hold(ProviderHostname.TryParseCanonical(hostname.Value, out var again) && again == hostname, $"'{hostname.Value}' is canonical");
        Hold(ProviderHostname.TryParse(hostname.Display, out var shown)
            && shown == hostname, $"'{hostname.Display}' is '{hostname.Value}'");
        Hold(Uri.TryCreate($"https://{hostname.Value}/", UriKind.Absolute, out var url)
            && url.PathAndQuery == "/"
            && url.UserInfo.Length == 0, $"'{hostname.Value}' is a host");
        return hostname.Value;
    }

    private static string Provider(string text)
    {
        if (!ProviderAddress.TryParse(text, out var provider))
        {
            return "refused";
        }

        Hold(ProviderAddress.TryParse(provider.ToString(), out var again) && again == provider, $"'{provider}' is parsed back");
        Hold(ProviderAddress.TryParse(provider.Display, out var shown) && shown == provider, $"'{provider.Display}' is '{provider}'");
        Hold(ProviderAddress.TryParseCanonical(provider.Hostname.Value, provider.Namespace, provider.Type, out var parts)
            && parts == provider, $"the parts of '{provider}' are canonical");
        return $"{provider}";
    }

    private static string Module(string text)
    {
        if (!ModuleAddress.TryParse(text, out var module))
        {
            return "refused";
        }

        Hold(ModuleAddress.TryParse(module.ToString(), out var again) && again.Equals(module), $"'{module}' is parsed back");
        return $"{module}";
    }

    private static string Pattern(string text)
    {
        if (!ProviderPattern.TryParse(text, out var pattern))
        {
            return "refused";
        }

        Hold(ProviderPattern.TryParse(pattern.ToString(), out var again)
            && again.ToString() == pattern.ToString(), $"'{pattern}' is parsed back");
        return $"{pattern}";
    }

    private static string Version(string text)
    {
        // The second line is a version to compare with.
        string[] lines = text.Split('\n', 2);
        if (!ProviderVersion.TryParse(lines[0], out var version))
        {
            return "refused";
        }

        Hold(ProviderVersion.TryParseCanonical(version.Value, out var again) && again == version, $"'{version}' is canonical");
        foreach (var other in Versions)
        {
            Hold(Math.Sign(version.CompareTo(other)) == -Math.Sign(other.CompareTo(version)), $"'{version}' and '{other}' are ordered");
            Hold(version.CompareTo(other) == 0 == (version == other), $"only equal versions compare equal: '{version}', '{other}'");
            int reference = ReferenceVersions.Compare(version.Value, other.Value);
            Hold(
                reference == 0 ? version.HasSamePrecedence(other) : Math.Sign(version.CompareTo(other)) == reference,
                $"'{version}' and '{other}' are ordered by precedence");
        }

        return version.IsPrerelease ? "prerelease" : "release";
    }

    private static string Constraint(string text)
    {
        if (!VersionConstraint.TryParse(text, out var constraint))
        {
            return "refused";
        }

        Hold(VersionConstraint.TryParse(constraint.ToString(), out var again), $"'{constraint}' is parsed back");
        foreach (var version in Versions)
        {
            Hold(
                constraint.Matches(version) == again!.Matches(version),
                $"'{constraint}' means the same when it is read again, for {version}");
            Hold(
                constraint.Matches(version) == ReferenceVersions.Matches(constraint.ToString(), version.Value),
                $"'{constraint}' and {version} by reference");
        }

        return string.Concat(Versions.Select(version => constraint.Matches(version) ? 'm' : 'n'));
    }

    private static string FileName(string text)
    {
        if (!PackageFileName.TryParse(text, out var name))
        {
            return "refused";
        }

        Hold(PackageFileName.TryParse(name.ToString(), out var again)
            && again.ToString() == name.ToString(), $"'{name}' is parsed back");
        Hold(name.ToString().AsSpan().IndexOfAny("/\\\0") < 0, $"'{name}' is one part of a path");
        return $"{name}";
    }

    private static string Range(string text)
    {
        var headers = new HeaderDictionary();
        if (!text.Any(char.IsControl)) // Kestrel rejects such a header.
        {
            headers["Range"] = text;
        }

        const long length = 1000;
        var range = RequestedRange.Find(headers, "\"tag\"", length);
        Hold(range.IsUnsatisfiable
            || range.From >= 0 && range.Length > 0 && range.From <= length - range.Length, $"{range} is within {length} bytes");
        Hold(range.IsPartial || range.IsUnsatisfiable || range.Length == length, $"{range} is the whole");
        return $"{(range.IsPartial ? "partial" : range.IsUnsatisfiable ? "unsatisfiable" : "whole")}";
    }

    private static string Hcl(string text) => Refusal<HclSyntaxException>(() =>
    {
        string[] lines = (text.StartsWith('\uFEFF') ? text[1..] : text).Split('\n');
        Check(HclReader.Read(text, maxLength: 1 << 20));

        void Check(HclBody body)
        {
            foreach (var attribute in body.Attributes)
            {
                Hold(At(attribute.Position).StartsWith(attribute.Name, StringComparison.Ordinal), $"{attribute.Name} is at {attribute.Position}");
            }

            foreach (var block in body.Blocks)
            {
                Hold(At(block.Position).StartsWith(block.Type, StringComparison.Ordinal), $"{block.Type} is at {block.Position}");
                Hold(At(block.End).StartsWith('}'), $"{block.Type} ends at {block.End}");
                Check(block.Body);
            }
        }

        string At(HclPosition position) =>
            string.Concat(lines[position.Line - 1].EnumerateRunes().Skip(position.Column - 1));
    }) ?? "accepted";

    private static string Configuration(string text) => Refusal<FormatException>(() =>
    {
        var scanner = new HclScanner(text);
        while (scanner.SkipToItem())
        {
            scanner.ReadItem();
        }
    }) ?? "accepted";

    private static string Same(bool property, string value)
    {
        Hold(property, $"'{value}' is what was read");
        return "accepted";
    }
}
