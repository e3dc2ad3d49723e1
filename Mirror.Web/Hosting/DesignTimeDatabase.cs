using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Mirror.Core.Database;
using Mirror.Core.Database.PostgreSql;

namespace Mirror.Web.Hosting;

/// <summary>The contexts for <c>dotnet ef</c>: the model and the engine, without a server or a database.</summary>
internal sealed class DesignTimeDatabase : IDesignTimeDbContextFactory<MirrorDbContext>, IDesignTimeDbContextFactory<PostgreSqlDbContext>
{
    public MirrorDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite("Data Source=:memory:").Options);

    PostgreSqlDbContext IDesignTimeDbContextFactory<PostgreSqlDbContext>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost").Options);
}
