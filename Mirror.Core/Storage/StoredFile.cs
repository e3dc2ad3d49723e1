using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mirror.Core.Storage;

/// <summary>A link, directory, device or pipe was found instead of a package; it is never read.</summary>
public sealed class IrregularFileException(string message) : IOException(message);

/// <summary>Properties of an open file.</summary>
/// <param name="Identity">Changes when the file is modified or replaced; see <see cref="IPackageContent.Identity"/>.</param>
internal readonly record struct FileFacts(bool IsRegular, long Length, string Identity);

/// <summary>
/// Opens regular files below a directory without following links, and identifies the opened file. .NET follows links, and waits
/// indefinitely for the writer of a named pipe.
/// </summary>
internal static partial class StoredFile
{
    private const int NotFound = 2;
    private const int NoDevice = 6;
    private const int AccessDenied = 13;
    private const int NotADirectory = 20;

    // Open flags differ between processor architectures on Linux:
    // https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/fcntl.h and arch/{arm,arm64,powerpc}.
    private static readonly bool IsLinux = OperatingSystem.IsLinux();
    private static readonly bool HasArmFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le;
    private static readonly int DirectoryOnly = IsLinux ? HasArmFlags ? 0x4000 : 0x10000 : 0x100000;
    private static readonly int NoFollow = IsLinux ? HasArmFlags ? 0x8000 : 0x20000 : 0x100;
    private static readonly int NonBlocking = IsLinux ? 0x800 : 0x4;
    private static readonly int CloseOnExec = IsLinux ? 0x80000 : 0x1000000;
    private static readonly int TooManyLinks = IsLinux ? 40 : 62;

    private static volatile bool _hasNoStatx = !IsLinux;

    /// <param name="root">May be a link, at the operator's discretion.</param>
    /// <param name="names">The directories below it and the file; none of them may be a link.</param>
    /// <returns>Null if there is no such file.</returns>
    /// <exception cref="IrregularFileException">The file or a directory in its path is irregular.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not accessible.</exception>
    public static (SafeFileHandle File, FileFacts Facts)? Open(string root, params ReadOnlySpan<string> names)
    {
        string path = Path.Combine([root, .. names]);
        var file = IsLinux || OperatingSystem.IsMacOS() ? OpenBelow(root, names, path) : OpenPortably(root, names, path);
        if (file is null)
        {
            return null;
        }

        try
        {
            var facts = Describe(file);
            return facts.IsRegular ? (file, facts) : throw Irregular(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">The file system reported an error.</exception>
    public static FileFacts Describe(SafeFileHandle file)
    {
        if (!_hasNoStatx)
        {
            try
            {
                if (TryDescribe(file, out var facts))
                {
                    return facts;
                }
            }
            catch (EntryPointNotFoundException)
            {
                // The C library is too old for this call.
            }

            _hasNoStatx = true;
        }

        var other = File.GetAttributes(file) & (FileAttributes.Directory | FileAttributes.ReparsePoint | FileAttributes.Device);
        long length = other == 0 ? RandomAccess.GetLength(file) : 0;
        return new FileFacts(
            other == 0,
            length,
            string.Create(
                CultureInfo.InvariantCulture, $"{length}-{File.GetLastWriteTimeUtc(file).Ticks}-{File.GetCreationTimeUtc(file).Ticks}"));
    }

    private static SafeFileHandle? OpenBelow(string root, ReadOnlySpan<string> names, string path)
    {
        int at = Open(root, DirectoryOnly | CloseOnExec);
        foreach (string name in names[..^1])
        {
            if (at < 0)
            {
                break;
            }

            int next = OpenAt(at, name, DirectoryOnly | NoFollow | CloseOnExec);
            int error = Marshal.GetLastPInvokeError();
            _ = Close(at);
            Marshal.SetLastPInvokeError(error);
            at = next;
        }

        if (at < 0)
        {
            return NoneOrThrow(path);
        }

        int file = OpenAt(at, names[^1], NoFollow | NonBlocking | CloseOnExec);
        int failure = Marshal.GetLastPInvokeError();
        _ = Close(at);
        Marshal.SetLastPInvokeError(failure);
        return file < 0 ? NoneOrThrow(path) : new SafeFileHandle(file, ownsHandle: true);
    }

    private static SafeFileHandle? NoneOrThrow(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NotFound => null,
            NotADirectory or NoDevice => throw Irregular(path),
            _ when error == TooManyLinks => throw Irregular(path),
            AccessDenied => throw new UnauthorizedAccessException($"'{path}' is not accessible."),
            _ => throw new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}", error),
        };
    }

    private static SafeFileHandle? OpenPortably(string root, ReadOnlySpan<string> names, string path)
    {
        try
        {
            string current = root;
            foreach (string name in names)
            {
                current = Path.Combine(current, name);
                if ((File.GetAttributes(current) & FileAttributes.ReparsePoint) != 0)
                {
                    throw Irregular(path);
                }
            }

            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static IrregularFileException Irregular(string path) =>
        new($"'{path}' is not a regular file in a regular directory; links, devices and pipes are not read.");

    // struct statx has the same layout everywhere: https://man7.org/linux/man-pages/man2/statx.2.html
    private static unsafe bool TryDescribe(SafeFileHandle file, out FileFacts facts)
    {
        const int emptyPath = 0x1000;
        const uint basic = 0x7ff;
        const int typeMask = 0xF000;
        const int regular = 0x8000;
        byte* buffer = stackalloc byte[256];
        if (Statx((int)file.DangerousGetHandle(), "", emptyPath, basic, buffer) != 0)
        {
            facts = default;
            return false;
        }

        var stat = new ReadOnlySpan<byte>(buffer, 256);
        int mode = BitConverter.ToUInt16(stat[28..]);
        long length = BitConverter.ToInt64(stat[40..]);
        facts = new FileFacts(
            (mode & typeMask) == regular,
            length,
            string.Create(
                CultureInfo.InvariantCulture, $"{BitConverter.ToUInt64(stat[32..]):x}-{length:x}-{Time(stat[112..])}-{Time(stat[96..])}"));
        return true;
    }

    private static string Time(ReadOnlySpan<byte> timestamp) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToInt64(timestamp):x}.{BitConverter.ToUInt32(timestamp[8..]):x}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int descriptor, string path, int flags, uint mask, byte* result);
}
