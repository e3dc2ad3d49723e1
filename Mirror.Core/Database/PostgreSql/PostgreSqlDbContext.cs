using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database.PostgreSql;

/// <summary>The schema in PostgreSQL, which has its own migrations.</summary>
public sealed class PostgreSqlDbContext(DbContextOptions<PostgreSqlDbContext> options) : MirrorDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // Text is compared and sorted by its bytes, as in SQLite, regardless of the collation of the database.
        configurationBuilder.Properties<string>().UseCollation("C");
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // The schema contains the first row.
        modelBuilder.Entity<NamespaceRow>().Property(row => row.Id).HasIdentityOptions(startValue: DefaultGroupId + 1);
    }
}
