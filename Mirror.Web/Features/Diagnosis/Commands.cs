using System.Globalization;
using Mirror.Core.Configuration;
using Mirror.Core.Diagnosis;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Diagnosis;

/// <summary><c>mirror diagnose</c></summary>
internal static class DiagnosisCommands
{
    public static ServerCommand Diagnose()
    {
        var (provider, version) = (CommandOptions.Provider(), CommandOptions.OptionalVersion());
        var (platform, group) = (CommandOptions.OptionalPlatform(), CommandOptions.GroupPath());
        return new ServerCommand(
            "diagnose",
            "Explain why an init fails. Queries the origin, and checks policy, signatures and the stored packages. "
            + "The exit code is 0 if an init would succeed, and 1 otherwise.",
            "mirror diagnose hashicorp/aws",
            "mirror diagnose --group-path platform/network hashicorp/aws 5.100.0 linux_arm64") { provider, version, platform, group }
            .Runs(async (client, call) =>
            {
                var diagnosis = await client.DiagnoseAsync(
                    call.Get(group), call.Get(provider), call.Get(version), call.Get(platform), call.Stop);
                call.Output.Result(diagnosis, string.Join(Environment.NewLine, Lines(diagnosis, call.Output)));
                // For scripts: success only if an init would succeed.
                return diagnosis.Verdict.Works == true ? ExitCodes.Success : ExitCodes.Failure;
            });
    }

    private static IEnumerable<string> Lines(ProviderDiagnosis diagnosis, CommandOutput output)
    {
        var origin = diagnosis.Origin;
        string caching = CommandText.OnOff(origin.AutomaticCaching) + (origin.AutomaticCachingFrom is { } from ? $" (set on {from})" : "");
        yield return output.Paint(diagnosis.Verdict.Summary, diagnosis.Verdict.Works switch
        {
            true => Tone.Good,
            false => Tone.Bad,
            null => Tone.Caution,
        });
        yield return diagnosis.Verdict.Advice;
        yield return "";
        yield return $"origin     {Origin(origin)}";
        yield return $"mode       {CommandText.Word<UpstreamMode>(origin.Mode)}, automatic caching {caching}";
        yield return $"versions   {Versions(diagnosis)}";
        foreach (var entry in diagnosis.Quarantine)
        {
            string platform = entry.Platform is { } named ? $" {named}" : "";
            yield return $"refused    {entry.Version}{platform} at {CommandText.Time(entry.FailedAt)} UTC, retried after {CommandText.Time(entry.Until)} UTC: {entry.Reason}";
        }
    }

    private static string Origin(OriginFacts origin) => origin switch
    {
        { IsOwn: true } => $"{origin.Hostname} is this server, which publishes the provider",
        { Allowed: false } => $"{origin.Hostname} is not an allowed host",
        { Failure: { } failure } => failure,
        { Suspended: true } => $"{origin.Hostname} failed repeatedly and is suspended for a short time",
        { Checked: true, TookMilliseconds: { } took } => string.Create(
            CultureInfo.InvariantCulture, $"{origin.Hostname} responded{(took > 0 ? $" in {took} ms" : " a moment ago")}"),
        { ListedAt: { } at } => $"{origin.Hostname} was not queried; its cached list is from {CommandText.Time(at)} UTC",
        _ => $"{origin.Hostname} was not queried",
    };

    private static string Versions(ProviderDiagnosis diagnosis)
    {
        string atOrigin = diagnosis.VersionsAtOrigin is { } listed ? FormattableString.Invariant($"{listed} at the origin") : "unknown at the origin";
        int stored = diagnosis.Versions.Count(version => version.StoredPlatforms.Count > 0);
        int withheld = diagnosis.Versions.Count(version => version.RevokedKey is not null);
        int hidden = diagnosis.Versions.Count(version => version.HiddenBecause is not null) - withheld;
        return diagnosis.Origin.IsOwn
            ? FormattableString.Invariant($"{stored} published, {withheld} withheld because their key was revoked, {hidden} hidden by policy")
            : FormattableString.Invariant($"{atOrigin}, {stored} stored, {hidden} hidden by policy");
    }
}
