using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Diagnosis;

/// <summary><c>mirror diagnose</c></summary>
internal sealed class DiagnoseCommand : ClientCommand
{
    private readonly Argument<ProviderAddress> _provider = CommandOptions.Provider();
    private readonly Argument<ProviderVersion?> _version = CommandOptions.OptionalVersion();
    private readonly Argument<Platform?> _platform = CommandOptions.OptionalPlatform();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();

    public DiagnoseCommand()
        : base(
            "diagnose",
            "Say why an init fails. Asks the origin, and looks at policy, signatures and what is stored. The exit code is 0 where an init succeeds.",
            "mirror diagnose hashicorp/aws",
            "mirror diagnose --group-path platform/network hashicorp/aws 5.100.0 linux_arm64")
    {
        Add(_provider);
        Add(_version);
        Add(_platform);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var diagnosis = await client.DiagnoseAsync(
            arguments.GetRequiredValue(_group), arguments.GetRequiredValue(_provider), arguments.GetValue(_version), arguments.GetValue(_platform), cancellationToken);
        if (output.IsJson)
        {
            output.Json(diagnosis);
            return ExitCode(diagnosis);
        }

        output.Line(diagnosis.Verdict.Summary);
        output.Line(diagnosis.Verdict.Advice);
        output.Line("");
        output.Line($"origin     {Origin(diagnosis.Origin)}");
        output.Line($"mode       {CommandText.Word<Mirror.Core.Configuration.UpstreamMode>(diagnosis.Origin.Mode)}, automatic caching {(diagnosis.Origin.AutomaticCaching ? "on" : "off")}{(diagnosis.Origin.AutomaticCachingFrom is { } from ? $" (set on {from})" : "")}");
        output.Line($"versions   {Versions(diagnosis)}");
        foreach (var entry in diagnosis.Quarantine)
        {
            output.Line($"refused    {entry.Version}{(entry.Platform is { } platform ? $" {platform}" : "")} at {CommandText.Time(entry.FailedAt)} UTC: {entry.Reason}");
        }

        return ExitCode(diagnosis);
    }

    /// <summary>A script that asks learns from it: success only where an init would succeed.</summary>
    private static int ExitCode(DiagnosisDocument diagnosis) => diagnosis.Verdict.Works == true ? ExitCodes.Success : ExitCodes.Failure;

    private static string Origin(DiagnosedOriginDocument origin) => origin switch
    {
        { Allowed: false } => $"{origin.Hostname} may not be asked",
        { Failure: { } failure } => failure,
        { LeftAlone: true } => $"{origin.Hostname} failed often and is left alone for a moment",
        { Checked: true, TookMilliseconds: { } took } => string.Create(CultureInfo.InvariantCulture, $"{origin.Hostname} answered{(took > 0 ? $" in {took} ms" : " a moment ago")}"),
        { ListedAt: { } at } => $"{origin.Hostname} was not asked; its list is of {CommandText.Time(at)} UTC",
        _ => $"{origin.Hostname} was not asked",
    };

    private static string Versions(DiagnosisDocument diagnosis) => string.Create(
        CultureInfo.InvariantCulture,
        $"{diagnosis.Versions.Count(version => version.AtOrigin)} at the origin, {diagnosis.Versions.Count(version => version.StoredPlatforms.Count > 0)} stored, {diagnosis.Versions.Count(version => version.HiddenBecause is not null)} hidden by policy");
}
