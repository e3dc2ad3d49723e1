using Mirror.Web.Cli;
using Mirror.Web.Hosting;
using Mirror.Web.Hosting.Commands;

HomeDirectory.Ensure();
NativeLibraries.Register();
Console.SetOut(new StandardOutput(Console.Out));
return await MirrorCommandLine.RunAsync(args);
