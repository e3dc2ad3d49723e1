using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Mirror.Core.Database;

namespace Mirror.Web.Hosting;

/// <summary>The context for <c>dotnet ef</c>: the model and the engine, without a server or a database.</summary>
internal sealed class DesignTimeDatabase : IDesignTimeDbContextFactory<MirrorDbContext>
{
    public MirrorDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite("Data Source=:memory:").Options);
}
