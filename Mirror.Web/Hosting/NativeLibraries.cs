using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;

namespace Mirror.Web.Hosting;

/// <summary>
/// Loads the native libraries that are resources of the single-file executable for Linux (see NativeLibraries.targets). They are
/// loaded from memory: no directory has to be writable, and none that others can write to is trusted.
/// </summary>
internal static partial class NativeLibraries
{
    private const uint CloseOnExec = 1;
    private static readonly ConcurrentDictionary<string, Lazy<IntPtr>> Loaded = new();

    /// <summary>To be called before the first native library is used.</summary>
    public static void Register()
    {
        if (OperatingSystem.IsLinux())
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
                Loaded.GetOrAdd(name, static name => new Lazy<IntPtr>(() => Load($"lib{name}.so"))).Value;
        }
    }

    private static IntPtr Load(string file)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"native/{file}");
        if (resource is null)
        {
            return IntPtr.Zero;
        }

        int descriptor = CreateInMemory(file, CloseOnExec);
        if (descriptor < 0)
        {
            throw new DllNotFoundException(
                $"No memory file could be created to load {file} from: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        using var memory = new FileStream(handle, FileAccess.Write);
        resource.CopyTo(memory);
        memory.Flush();
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);
}
