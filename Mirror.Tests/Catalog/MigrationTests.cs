using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;

namespace Mirror.Tests.Catalog;

public sealed class MigrationTests
{
    [Fact]
    public void Migrations_Together_MakeTheModel()
    {
        using var db = new MirrorDbContext(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite("Data Source=:memory:").Options);

        Assert.False(db.Database.HasPendingModelChanges(), "The rows changed without a migration; see docs/dependencies.md.");
    }
}
