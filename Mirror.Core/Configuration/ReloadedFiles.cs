using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Mirror.Core.Configuration;

/// <summary>
/// A value that is read from PEM files, and read again when they change. New content that cannot be used is logged once, and the previous
/// value stays in use until the files change again.
/// </summary>
public sealed class ReloadedFiles<T> : IDisposable
    where T : class
{
    // How often a user of the value looks for changes.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Func<IReadOnlyList<PemFile>> _read;
    private readonly Func<IReadOnlyList<PemFile>, T> _parse;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private volatile T _current;
    private byte[] _tried;
    private long _checkedAt;

    /// <exception cref="InvalidConfigurationException">The files cannot be used.</exception>
    internal ReloadedFiles(Func<IReadOnlyList<PemFile>> read, Func<IReadOnlyList<PemFile>, T> parse, TimeProvider time, ILogger log)
    {
        (_read, _parse, _time, _log) = (read, parse, time, log);
        var files = read();
        (_current, _tried, _checkedAt) = (parse(files), Identify(files), time.GetTimestamp());
    }

    /// <summary>The value of the newest usable files. Values that it replaced remain usable.</summary>
    public T Current
    {
        get
        {
            // One caller looks; the others do not wait.
            if (_time.GetElapsedTime(Interlocked.Read(ref _checkedAt)) >= Interval && _lock.TryEnter())
            {
                try
                {
                    Interlocked.Exchange(ref _checkedAt, _time.GetTimestamp());
                    Refresh();
                }
                finally
                {
                    _lock.Exit();
                }
            }

            return _current;
        }
    }

    public void Dispose() => (_current as IDisposable)?.Dispose();

    private void Refresh()
    {
        byte[] found = [];
        try
        {
            var files = _read();
            found = Identify(files);
            if (!found.AsSpan().SequenceEqual(_tried))
            {
                _tried = found;
                _current = _parse(files);
                ConfigurationLog.FilesReloaded(_log, files[0].Key, string.Join(", ", files.Select(file => file.Path).Distinct()));
            }
        }
        catch (InvalidConfigurationException e)
        {
            if (found.Length == 0)
            {
                // Files that cannot be read are identified by the reason.
                found = SHA256.HashData(Encoding.UTF8.GetBytes(e.Message));
                if (found.AsSpan().SequenceEqual(_tried))
                {
                    return;
                }

                _tried = found;
            }

            foreach (var fault in e.Faults)
            {
                ConfigurationLog.FilesUnusable(_log, fault.Key, fault.Problem);
            }
        }
    }

    private static byte[] Identify(IReadOnlyList<PemFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes($"{file.Path}\n{file.Text}")));
        }

        return hash.GetHashAndReset();
    }
}
