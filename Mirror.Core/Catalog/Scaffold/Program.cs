using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.EntityFrameworkCore.Sqlite.Design.Internal;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;

if (args is not [string name])
{
    Console.Error.WriteLine("Expected one argument, the name of the migration, such as AddSyncTasks.");
    return 2;
}

RuntimeHelpers.RunModuleConstructor(typeof(MirrorDbContext).Module.ModuleHandle);
using var db = new MirrorDbContext(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite("Data Source=:memory:").Options);
var services = new ServiceCollection().AddEntityFrameworkDesignTimeServices();
services.AddDbContextDesignTimeServices(db);
new SqliteDesignTimeServices().ConfigureDesignTimeServices(services);
using var provider = services.BuildServiceProvider();
var scaffolder = provider.GetRequiredService<IMigrationsScaffolder>();
string core = Path.GetFullPath(Path.Combine(SourceDirectory(), "../.."));
var migration = scaffolder.ScaffoldMigration(name, "Mirror.Core", "Catalog.Migrations");
Console.WriteLine(scaffolder.Save(core, migration, Path.Combine(core, "Catalog", "Migrations"), dryRun: false).MigrationFile);
return 0;

static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
