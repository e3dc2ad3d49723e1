using Mirror.Web.Commands;

return await MirrorCommandLine.RunAsync(args);
