namespace Mirror.Core.Catalog;

/// <summary>
/// The triggers that keep what a version's row says of its packages and its provider, whoever changes those. A migration
/// that rebuilds one of the tables loses them and must create them again; CatalogSearchTests would tell.
/// </summary>
internal static class VersionFigures
{
    public const string CreateTriggers =
        """
        CREATE TRIGGER "Versions_Provider" AFTER INSERT ON "Versions" BEGIN
            UPDATE "Versions" SET ("RootGroupId", "AddressKey") =
                (SELECT "RootGroupId", "Namespace" || ' ' || "Type" || ' ' || "Hostname" FROM "Providers" WHERE "Id" = NEW."ProviderId")
            WHERE "Id" = NEW."Id";
        END;
        CREATE TRIGGER "Packages_Added" AFTER INSERT ON "Packages" BEGIN
            UPDATE "Versions" SET ("Size", "LastUsedAt") = (SELECT COALESCE(SUM("Size"), 0), MAX("LastUsedAt") FROM "Packages" WHERE "VersionId" = NEW."VersionId")
            WHERE "Id" = NEW."VersionId";
        END;
        CREATE TRIGGER "Packages_Changed" AFTER UPDATE OF "Size", "LastUsedAt" ON "Packages" BEGIN
            UPDATE "Versions" SET ("Size", "LastUsedAt") = (SELECT COALESCE(SUM("Size"), 0), MAX("LastUsedAt") FROM "Packages" WHERE "VersionId" = NEW."VersionId")
            WHERE "Id" = NEW."VersionId";
        END;
        CREATE TRIGGER "Packages_Removed" AFTER DELETE ON "Packages" BEGIN
            UPDATE "Versions" SET ("Size", "LastUsedAt") = (SELECT COALESCE(SUM("Size"), 0), MAX("LastUsedAt") FROM "Packages" WHERE "VersionId" = OLD."VersionId")
            WHERE "Id" = OLD."VersionId";
        END;
        """;

    public const string DropTriggers =
        """
        DROP TRIGGER "Versions_Provider";
        DROP TRIGGER "Packages_Added";
        DROP TRIGGER "Packages_Changed";
        DROP TRIGGER "Packages_Removed";
        """;

    /// <summary>For what is stored already.</summary>
    public const string Fill =
        """
        UPDATE "Versions" SET
            ("RootGroupId", "AddressKey") =
                (SELECT "RootGroupId", "Namespace" || ' ' || "Type" || ' ' || "Hostname" FROM "Providers" WHERE "Id" = "Versions"."ProviderId"),
            ("Size", "LastUsedAt") = (SELECT COALESCE(SUM("Size"), 0), MAX("LastUsedAt") FROM "Packages" WHERE "VersionId" = "Versions"."Id");
        """;
}
