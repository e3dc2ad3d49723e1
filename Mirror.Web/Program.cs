using Mirror.Web.Hosting.Commands;

return await MirrorCommandLine.RunAsync(args);
