using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Integrity;

/// <summary>Periodically checks the store in the background, at a rate that leaves disk bandwidth to requests.</summary>
public sealed partial class Scrub(
    IntegrityCheck check, InstanceSettings settings, MirrorOptions options, TimeProvider time, ILogger<Scrub> logger)
{
    private const string LastSetting = "integrity.scrubbed";
    private const long BytesPerSecond = 20_000_000;
    private static readonly TimeSpan Retry = TimeSpan.FromHours(1);

    /// <summary>
    /// Runs until cancelled. The interval counts from the end of the last check, even after a restart; the first check runs one interval
    /// after the first start.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (options.Packages.ScrubInterval <= TimeSpan.Zero)
        {
            return;
        }

        while (true)
        {
            var wait = await NextAsync(stopping).ConfigureAwait(false) - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                // The clock may be set in the meantime, and timers stop while the host is suspended.
                await Task.Delay(wait < Retry ? wait : Retry, time, stopping).ConfigureAwait(false);
                continue;
            }

            try
            {
                await ScrubAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (
                e is IOException or InvalidDataException or DbException or DbUpdateException or UnauthorizedAccessException)
            {
                Failed(e);
                await Task.Delay(Retry, time, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task ScrubAsync(CancellationToken stopping)
    {
        IntegrityStatus? last = null;
        await foreach (
            var status in check.RunAsync(
                IntegrityMode.TakeOut, OrphanDecision.Keep, BytesPerSecond, Principal.System, stopping).ConfigureAwait(false))
        {
            last = status;
        }

        await settings.SetAsync(LastSetting, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), stopping).ConfigureAwait(false);
        Scrubbed(last!.Checked, last.Findings.Count);
    }

    private async Task<DateTimeOffset> NextAsync(CancellationToken stopping)
    {
        string? text = await settings.FindAsync(LastSetting, stopping).ConfigureAwait(false);
        var now = time.GetUtcNow();
        DateTimeOffset? last = text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        // A check in the future happened before the clock was set back; the interval counts from now.
        if (last is null || last > now)
        {
            await settings.SetAsync(LastSetting, now.ToString("O", CultureInfo.InvariantCulture), stopping).ConfigureAwait(false);
            last = now;
        }

        return last.Value + options.Packages.ScrubInterval;
    }

    [LoggerMessage(1802, LogLevel.Information, "Checked {Packages} stored packages: {Findings} findings")]
    private partial void Scrubbed(int packages, int findings);

    [LoggerMessage(1803, LogLevel.Error, "The check of the stored packages failed; it is retried in an hour")]
    private partial void Failed(Exception exception);
}
