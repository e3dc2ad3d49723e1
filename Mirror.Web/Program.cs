using Mirror.Web.Hosting;
using Mirror.Web.Hosting.Commands;

HomeDirectory.Ensure();
NativeLibraries.Register();
return await MirrorCommandLine.RunAsync(args);
