-- A small data directory of Mirror 0.1.0: a group with a workspace, users, a token, members, a variable, a rule and one package.
BEGIN TRANSACTION;
CREATE TABLE "AccessTokens" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AccessTokens" PRIMARY KEY AUTOINCREMENT,
    "PrincipalId" INTEGER NOT NULL,
    "Name" TEXT NOT NULL,
    "Prefix" TEXT NOT NULL,
    "Hash" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    "ExpiresAt" INTEGER NULL,
    "LastUsedAt" INTEGER NULL,
    "RevokedAt" INTEGER NULL,
    CONSTRAINT "FK_AccessTokens_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
INSERT INTO "AccessTokens" VALUES(1,3,'ci','mirror_3_WXi','fb6c23360819e10b957f556ab6842d223f6293b0396d85327f463f23ac7b31ae',1796071070473,'admin',NULL,NULL,NULL);
CREATE TABLE "Audit" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT,
    "Action" TEXT NOT NULL,
    "At" INTEGER NOT NULL,
    "Detail" TEXT NULL,
    "NamespaceId" INTEGER NULL,
    "Platform" TEXT NULL,
    "Principal" TEXT NOT NULL,
    "PrincipalKind" TEXT NOT NULL,
    "Provider" TEXT NULL,
    "RemoteAddress" TEXT NULL,
    "RootGroupId" INTEGER NULL,
    "Succeeded" INTEGER NOT NULL,
    "Target" TEXT NULL,
    "Version" TEXT NULL
);
INSERT INTO "Audit" VALUES(1,'sync.start',1796071054289,'registry.example.com/example/hello 1.0.0',1,NULL,'admin','Admin',NULL,'127.0.0.1',1,1,'sync 1',NULL);
INSERT INTO "Audit" VALUES(2,'package.cache',1796071057881,NULL,NULL,'linux_amd64','admin','Admin','registry.example.com/example/hello','127.0.0.1',1,1,NULL,'1.0.0');
INSERT INTO "Audit" VALUES(3,'sync.end',1796071058119,'1 fetched',1,NULL,'admin','Admin',NULL,'127.0.0.1',1,1,'sync 1',NULL);
INSERT INTO "Audit" VALUES(4,'group.create',1796071059673,NULL,2,NULL,'admin','Admin',NULL,'127.0.0.1',2,1,'platform',NULL);
INSERT INTO "Audit" VALUES(5,'workspace.create',1796071060833,NULL,3,NULL,'admin','Admin',NULL,'127.0.0.1',2,1,'platform/network',NULL);
INSERT INTO "Audit" VALUES(6,'user.create',1796071062369,'administrator',NULL,NULL,'admin','Admin',NULL,'127.0.0.1',NULL,1,'alice',NULL);
CREATE TABLE "DamagedPackages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_DamagedPackages" PRIMARY KEY AUTOINCREMENT,
    "ProviderId" INTEGER NOT NULL,
    "Version" TEXT NOT NULL,
    "Platform" TEXT NOT NULL,
    "Sha256" TEXT NOT NULL,
    "Fault" TEXT NOT NULL,
    "FoundAt" INTEGER NOT NULL,
    CONSTRAINT "FK_DamagedPackages_Providers_ProviderId" FOREIGN KEY ("ProviderId") REFERENCES "Providers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "DocumentRefreshes" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_DocumentRefreshes" PRIMARY KEY AUTOINCREMENT,
    "NamespaceId" INTEGER NOT NULL,
    "Source" TEXT NOT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "FK_DocumentRefreshes_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
CREATE TABLE "FederatedRegistries" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_FederatedRegistries" PRIMARY KEY AUTOINCREMENT,
    "NamespaceId" INTEGER NOT NULL,
    "Hostname" TEXT NOT NULL,
    "Audience" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    CONSTRAINT "FK_FederatedRegistries_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
CREATE TABLE "GroupMappings" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_GroupMappings" PRIMARY KEY AUTOINCREMENT,
    "NamespaceId" INTEGER NOT NULL,
    "OidcGroup" TEXT NOT NULL,
    "Role" TEXT NOT NULL,
    CONSTRAINT "FK_GroupMappings_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "GroupMappings" VALUES(1,2,'team','Viewer');
CREATE TABLE "IssuerKeys" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_IssuerKeys" PRIMARY KEY AUTOINCREMENT,
    "KeyId" TEXT NOT NULL,
    "PrivateKey" BLOB NOT NULL,
    "PublicKey" BLOB NOT NULL,
    "CreatedAt" INTEGER NOT NULL
);
CREATE TABLE "JobPackages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_JobPackages" PRIMARY KEY AUTOINCREMENT,
    "JobId" INTEGER NOT NULL,
    "Provider" TEXT NOT NULL,
    "Version" TEXT NOT NULL,
    "Outcome" TEXT NOT NULL,
    "Reason" TEXT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "FK_JobPackages_Jobs_JobId" FOREIGN KEY ("JobId") REFERENCES "Jobs" ("PrincipalId") ON DELETE CASCADE
);
CREATE TABLE "Jobs" (
    "PrincipalId" INTEGER NOT NULL CONSTRAINT "PK_Jobs" PRIMARY KEY,
    "ExpiresAt" INTEGER NOT NULL,
    "EndedAt" INTEGER NULL, "ReadsProtected" INTEGER NOT NULL DEFAULT 0, "MadeById" INTEGER NULL,
    CONSTRAINT "FK_Jobs_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Memberships" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Memberships" PRIMARY KEY AUTOINCREMENT,
    "NamespaceId" INTEGER NOT NULL,
    "PrincipalId" INTEGER NOT NULL,
    "Role" TEXT NOT NULL,
    CONSTRAINT "FK_Memberships_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_Memberships_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
INSERT INTO "Memberships" VALUES(1,2,2,'Deployer');
INSERT INTO "Memberships" VALUES(2,2,3,'Viewer');
CREATE TABLE "ModulePackages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ModulePackages" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "Hostname" TEXT NOT NULL,
    "Namespace" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "System" TEXT NOT NULL,
    "Version" TEXT NOT NULL,
    "Format" TEXT NOT NULL,
    "Subdirectory" TEXT NOT NULL,
    "Checksum" TEXT NULL,
    "Sha256" TEXT NOT NULL,
    "Size" INTEGER NOT NULL,
    "Credential" TEXT NOT NULL,
    "CachedAt" INTEGER NOT NULL,
    "CachedBy" TEXT NOT NULL,
    "CachedByKind" TEXT NOT NULL,
    CONSTRAINT "FK_ModulePackages_Namespaces_RootGroupId" FOREIGN KEY ("RootGroupId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Namespaces" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Namespaces" PRIMARY KEY AUTOINCREMENT,
    "ParentId" INTEGER NULL,
    "RootGroupId" INTEGER NOT NULL,
    "Kind" TEXT NOT NULL,
    "Path" TEXT NOT NULL,
    "AutomaticCaching" INTEGER NULL,
    "AnonymousRead" INTEGER NULL,
    "MinimumReleaseAge" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    CONSTRAINT "FK_Namespaces_Namespaces_ParentId" FOREIGN KEY ("ParentId") REFERENCES "Namespaces" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Namespaces" VALUES(1,NULL,1,'Group','default',1,NULL,NULL,0);
INSERT INTO "Namespaces" VALUES(2,NULL,2,'Group','platform',1,0,NULL,1796071059510);
INSERT INTO "Namespaces" VALUES(3,2,2,'Workspace','platform/network',NULL,NULL,NULL,1796071060810);
CREATE TABLE "OriginDocuments" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_OriginDocuments" PRIMARY KEY AUTOINCREMENT,
    "Key" TEXT NOT NULL,
    "Body" BLOB NOT NULL,
    "ETag" TEXT NULL,
    "FetchedAt" INTEGER NOT NULL
);
CREATE TABLE "Packages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Packages" PRIMARY KEY AUTOINCREMENT,
    "VersionId" INTEGER NOT NULL,
    "Os" TEXT NOT NULL,
    "Arch" TEXT NOT NULL,
    "Sha256" TEXT NOT NULL,
    "ContentHash" TEXT NULL,
    "Size" INTEGER NOT NULL,
    "Trust" INTEGER NOT NULL,
    "Credential" TEXT NOT NULL,
    "CachedAt" INTEGER NOT NULL,
    "CachedBy" TEXT NOT NULL,
    "CachedByKind" TEXT NOT NULL,
    "LastUsedAt" INTEGER NULL,
    "Downloads" INTEGER NOT NULL,
    CONSTRAINT "FK_Packages_Versions_VersionId" FOREIGN KEY ("VersionId") REFERENCES "Versions" ("Id") ON DELETE CASCADE
);
INSERT INTO "Packages" VALUES(1,1,'linux','amd64','2af67535b9fb3f1aef00fb7bfa8a022925336bc75ca359dad93441a3c640c234','h1:7bdrLXXZrOcq0YzDaqpnL+uwY0twHMSj0c9DWIVwwoA=',600,4,'none',1796071057562,'admin','Admin',NULL,0);
CREATE TABLE "PolicyRules" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_PolicyRules" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "Kind" TEXT NOT NULL,
    "Provider" TEXT NOT NULL,
    "Versions" TEXT NULL,
    "Comment" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    CONSTRAINT "FK_PolicyRules_Namespaces_RootGroupId" FOREIGN KEY ("RootGroupId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "PolicyRules" VALUES(1,2,'Allow','registry.terraform.io/evil/*','< 2.0',NULL,1796071074145,'admin');
CREATE TABLE "Principals" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Principals" PRIMARY KEY AUTOINCREMENT,
    "Kind" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "NamespaceId" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    CONSTRAINT "FK_Principals_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "Principals" VALUES(1,'User','alice',NULL,1796071062369,'admin');
INSERT INTO "Principals" VALUES(2,'User','bob',NULL,1796071063898,'admin');
INSERT INTO "Principals" VALUES(3,'ServiceAccount','ci',2,1796071070473,'admin');
CREATE TABLE "Proofs" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Proofs" PRIMARY KEY AUTOINCREMENT,
    "ProviderId" INTEGER NOT NULL,
    "Version" TEXT NOT NULL,
    "Credential" TEXT NOT NULL,
    "Sha256Sums" BLOB NOT NULL,
    "Signature" BLOB NULL,
    "SigningKeys" TEXT NOT NULL,
    "Release" TEXT NOT NULL,
    "Trust" INTEGER NOT NULL,
    "KeyFingerprint" TEXT NULL,
    "KeyOwner" TEXT NULL,
    "KeyExpired" INTEGER NOT NULL,
    "KeyPinned" INTEGER NOT NULL,
    "VerifiedAt" INTEGER NOT NULL,
    CONSTRAINT "FK_Proofs_Providers_ProviderId" FOREIGN KEY ("ProviderId") REFERENCES "Providers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Proofs" VALUES(1,1,'1.0.0','none',X'6138626363333437356430666637363464636439663934326364373561316266653966303136383361613635666233623638633536626632666563653036366120207465727261666F726D2D70726F76696465722D68656C6C6F5F312E302E305F64617277696E5F616D6436342E7A69700A6537316462366236343831623161623634313937633239343436646262386261616639316464666139383335313964643032633930346534313338353066623920207465727261666F726D2D70726F76696465722D68656C6C6F5F312E302E305F64617277696E5F61726D36342E7A69700A3261663637353335623966623366316165663030666237626661386130323239323533333662633735636133353964616439333434316133633634306332333420207465727261666F726D2D70726F76696465722D68656C6C6F5F312E302E305F6C696E75785F616D6436342E7A69700A3137323363363737653737383566376638616239626561663633636332353132643237353465663331613365353938383737343832326633303737303961646620207465727261666F726D2D70726F76696465722D68656C6C6F5F312E302E305F6C696E75785F61726D36342E7A69700A3265633463333237313837643166336238373661343665353133363038303838373736356465396162383364373537346561666530373362653636613734633620207465727261666F726D2D70726F76696465722D68656C6C6F5F312E302E305F77696E646F77735F616D6436342E7A69700A',X'89011C04000108000605826B0DDE6C000A091073AE41002C0EE7E19EF607FF5D119D718928B66159E073EE59930DF4503058EC99B0B1856371169CEED250565ACE0AD67E1526A1C0A0DD12537E2F01E101B2B53552BD0C25F9E7433BB3A6970861845208CA7491EE4DDB1D14B443C913F92047A4AFC152C91D97B5E4E0B52786165C6D9F9EDBEC16EB0E73216F515785178E2A4656C2C9ED79A9F87D2F1AC3E2C4292ACD9259E3FE5FFBED06BF47A0E93FC014F8230737EC545DDBACF0510083C39F5D92598F5CA539929F50144CCFA1065A07C349316433B914CF0FD0377527717F00B01C19580E751A55ADBB0D118FB7C2076329FE985B646F56AE8AF61BBCFFC356CC9B04B7595F631D29262762C14E42D17AE93799C8829DF482A1DA85','[{"ascii_armor":"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBGsN3mwBCACzmqk4WFQTojHIy\u002Bzgyw7QHENQkpMvAaVTvfixSCLRQ8OfgifC\nE1JIBKjrw2jWCdZYV2vAdVnNX20Zdjw\u002BCDeLtlI5dSfGpDo0J/SeFwjG7fxW97Eg\nR2t2iW2WB6dEGVvnuvEk5lhsi9ISzxPwHHF3hEp6NwIRC2qoUG5FUIEe3\u002B44DHTB\n0Ghq9pWpoW9ZlkTiqeK730kfEtGzFNU4C15e1cb/gyMemwRdRuA3mLUoZjzzsAio\nWBRs2cpY5ZuwIt3\u002BLhCF9y\u002BWo0WZMGJ6kJVDyB8QHuayZJgXV5vGjH3QjOrw4JUr\nDWAY7JCmkU2o2M6OoBxjAkaLCBUCtZJv0AU9ABEBAAG0Hk1pcnJvciBEZW1vIDxk\nZW1vQGV4YW1wbGUuY29tPokBIwQTAQgADQWCaw3ebAKbAwMVCAoACgkQc65BACwO\n5\u002BEhXwf/d11MNFntJ715AT/oZ2/RV0Q9wJitZuqnmovs6FZpnTiTFuZ3aBguYm8z\nS6VeCnPhz4fpn7IMhmSKUnL87C5BNiA37IHAA/WzkOGXMIA5/dEEgQ3Al29W86F5\n28xOUuoko8yfwiMo5jb4M\u002Bugz1NopW683GfwaeLYsBpM72uL9XVplJUDa\u002B5kBP98\nooSkiF5R3iaB76Q5JAgJpD\u002BvqAAtrGgzi9Tbff3sgT5uXLFCjRwN9PHEDw4phw4m\n6kU4ttfb9mvyxCwQyGG0tJ9xn\u002BoHXJEn32LmaqAga6iFP3McB5hKJpP8QEuNq7LP\nvXnNE/9F97Hv4PUCqOuc\u002BE2XxQpwZQ==\n=dFY8\n-----END PGP PUBLIC KEY BLOCK-----\n","key_id":"73AE41002C0EE7E1","trust_signature":"","source":""}]','{"protocols":["5.0"],"files":[{"platform":"darwin_amd64","file_name":"terraform-provider-hello_1.0.0_darwin_amd64.zip","sha256":"a8bcc3475d0ff764dcd9f942cd75a1bfe9f01683aa65fb3b68c56bf2fece066a"},{"platform":"darwin_arm64","file_name":"terraform-provider-hello_1.0.0_darwin_arm64.zip","sha256":"e71db6b6481b1ab64197c29446dbb8baaf91ddfa983519dd02c904e413850fb9"},{"platform":"linux_amd64","file_name":"terraform-provider-hello_1.0.0_linux_amd64.zip","sha256":"2af67535b9fb3f1aef00fb7bfa8a022925336bc75ca359dad93441a3c640c234"},{"platform":"linux_arm64","file_name":"terraform-provider-hello_1.0.0_linux_arm64.zip","sha256":"1723c677e7785f7f8ab9beaf63cc2512d2754ef31a3e5988774822f307709adf"},{"platform":"windows_amd64","file_name":"terraform-provider-hello_1.0.0_windows_amd64.zip","sha256":"2ec4c327187d1f3b876a46e5136080887765de9ab83d7574eafe073be66a74c6"}],"signed_at":"2026-11-30T20:37:00+00:00"}',4,'FDDCAB8F0820962532D06FFE73AE41002C0EE7E1','Mirror Demo <demo@example.com>',0,0,1796071056918);
CREATE TABLE "Providers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Providers" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "Hostname" TEXT NOT NULL,
    "Namespace" TEXT NOT NULL,
    "Type" TEXT NOT NULL,
    CONSTRAINT "FK_Providers_Namespaces_RootGroupId" FOREIGN KEY ("RootGroupId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "Providers" VALUES(1,1,'registry.example.com','example','hello');
CREATE TABLE "Quarantine" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Quarantine" PRIMARY KEY AUTOINCREMENT,
    "ProviderId" INTEGER NOT NULL,
    "Version" TEXT NOT NULL,
    "Platform" TEXT NOT NULL,
    "Reason" TEXT NOT NULL,
    "FailedAt" INTEGER NOT NULL,
    "Until" INTEGER NOT NULL,
    CONSTRAINT "FK_Quarantine_Providers_ProviderId" FOREIGN KEY ("ProviderId") REFERENCES "Providers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "SeenKeys" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SeenKeys" PRIMARY KEY AUTOINCREMENT,
    "ProviderId" INTEGER NOT NULL,
    "Fingerprint" TEXT NOT NULL,
    "Owner" TEXT NULL,
    "FirstSeenAt" INTEGER NOT NULL,
    CONSTRAINT "FK_SeenKeys_Providers_ProviderId" FOREIGN KEY ("ProviderId") REFERENCES "Providers" ("Id") ON DELETE CASCADE
);
INSERT INTO "SeenKeys" VALUES(1,1,'FDDCAB8F0820962532D06FFE73AE41002C0EE7E1','Mirror Demo <demo@example.com>',1796071056918);
CREATE TABLE "Sessions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Sessions" PRIMARY KEY AUTOINCREMENT,
    "Hash" TEXT NOT NULL,
    "PrincipalId" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ExpiresAt" INTEGER NOT NULL,
    CONSTRAINT "FK_Sessions_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Settings" (
    "Name" TEXT NOT NULL CONSTRAINT "PK_Settings" PRIMARY KEY,
    "Value" TEXT NOT NULL
);
INSERT INTO "Settings" VALUES('admin-token-sha256','a6123b00c84912b6d33d6288894ba9b9d66c97c680aa446445c2ba5e27053eff');
INSERT INTO "Settings" VALUES('integrity.scrubbed','2026-11-30T20:37:07.4905339+00:00');
CREATE TABLE "StorageSamples" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_StorageSamples" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "Day" INTEGER NOT NULL,
    "Bytes" INTEGER NOT NULL,
    "Versions" INTEGER NOT NULL,
    CONSTRAINT "FK_StorageSamples_Namespaces_RootGroupId" FOREIGN KEY ("RootGroupId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
CREATE TABLE "SyncPackages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SyncPackages" PRIMARY KEY AUTOINCREMENT,
    "TaskId" INTEGER NOT NULL,
    "Provider" TEXT NOT NULL,
    "Version" TEXT NOT NULL,
    "Platform" TEXT NOT NULL,
    "State" TEXT NOT NULL,
    "Error" TEXT NULL,
    "Size" INTEGER NOT NULL,
    CONSTRAINT "FK_SyncPackages_SyncTasks_TaskId" FOREIGN KEY ("TaskId") REFERENCES "SyncTasks" ("Id") ON DELETE CASCADE
);
INSERT INTO "SyncPackages" VALUES(1,1,'registry.example.com/example/hello','1.0.0','linux_amd64','Fetched',NULL,600);
CREATE TABLE "SyncTasks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SyncTasks" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "NamespaceId" INTEGER NOT NULL,
    "Request" TEXT NOT NULL,
    "State" TEXT NOT NULL,
    "Error" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    "CreatedByKind" TEXT NOT NULL,
    "EndedAt" INTEGER NULL,
    CONSTRAINT "FK_SyncTasks_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "SyncTasks" VALUES(1,1,1,'{"providers":[{"provider":"registry.example.com/example/hello","versions":"1.0.0"}],"platforms":["linux_amd64"],"force":false,"brings_tokens":false}','Succeeded',NULL,1796071054289,'admin','Admin',1796071058119);
CREATE TABLE "Traffic" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Traffic" PRIMARY KEY AUTOINCREMENT,
    "RootGroupId" INTEGER NOT NULL,
    "Day" INTEGER NOT NULL,
    "Provider" TEXT NOT NULL,
    "Hits" INTEGER NOT NULL,
    "Misses" INTEGER NOT NULL,
    "ServedBytes" INTEGER NOT NULL,
    "FetchedBytes" INTEGER NOT NULL,
    CONSTRAINT "FK_Traffic_Namespaces_RootGroupId" FOREIGN KEY ("RootGroupId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Users" (
    "PrincipalId" INTEGER NOT NULL CONSTRAINT "PK_Users" PRIMARY KEY,
    "PasswordHash" TEXT NULL,
    "PasswordIsTemporary" INTEGER NOT NULL,
    "FailedSignIns" INTEGER NOT NULL,
    "LockedUntil" INTEGER NULL,
    "IsAdmin" INTEGER NOT NULL,
    "OidcIssuer" TEXT NULL,
    "OidcSubject" TEXT NULL,
    "OidcGroups" TEXT NULL,
    "LastSignedInAt" INTEGER NULL,
    CONSTRAINT "FK_Users_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
INSERT INTO "Users" VALUES(1,'AQAAAAIAAzRQAAAAELoPhaOI4HfqwrkRK3azG79USrJ7JxJ+Uv+N0U1EKNcdPC/iZoVWxMVEgEMNIVWQ0g==',1,0,NULL,1,NULL,NULL,NULL,NULL);
INSERT INTO "Users" VALUES(2,'AQAAAAIAAzRQAAAAEB3IXYIaQ6xZd3t768eVSqKmlmZI2Dkdo2Ey+xtfbwx82EhQGWDRR5Pl5qXABmLtyQ==',1,0,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE "Variables" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Variables" PRIMARY KEY AUTOINCREMENT,
    "NamespaceId" INTEGER NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" BLOB NOT NULL,
    "Sensitive" INTEGER NOT NULL,
    "ChangedAt" INTEGER NOT NULL,
    "ChangedBy" TEXT NOT NULL,
    CONSTRAINT "FK_Variables_Namespaces_NamespaceId" FOREIGN KEY ("NamespaceId") REFERENCES "Namespaces" ("Id") ON DELETE CASCADE
);
INSERT INTO "Variables" VALUES(1,2,'TF_TOKEN_registry_example_com',X'016B0DDE7442B960B9620F9DC9F750C52F5D9E6AD10549313462B6529E786A2A5CD5565806BBCF1AFB13DD',1,1796071072217,'admin');
CREATE TABLE "Versions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Versions" PRIMARY KEY AUTOINCREMENT,
    "ProviderId" INTEGER NOT NULL,
    "Version" TEXT NOT NULL,
    "SortKey" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    "CreatedByKind" TEXT NOT NULL, "AddressKey" TEXT NOT NULL DEFAULT '', "LastUsedAt" INTEGER NULL, "RootGroupId" INTEGER NOT NULL DEFAULT 0, "Size" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "FK_Versions_Providers_ProviderId" FOREIGN KEY ("ProviderId") REFERENCES "Providers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Versions" VALUES(1,1,'1.0.0','001100100010~ ',1796071057562,'admin','Admin','example hello registry.example.com',NULL,1,600);
CREATE TABLE "WorkloadTrusts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_WorkloadTrusts" PRIMARY KEY AUTOINCREMENT,
    "PrincipalId" INTEGER NOT NULL,
    "Issuer" TEXT NOT NULL,
    "Audience" TEXT NOT NULL,
    "Conditions" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    CONSTRAINT "FK_WorkloadTrusts_Principals_PrincipalId" FOREIGN KEY ("PrincipalId") REFERENCES "Principals" ("Id") ON DELETE CASCADE
);
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO "__EFMigrationsHistory" VALUES('20261121085812_Initial','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261121094516_AddSyncTasks','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261124052433_AddPrincipals','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261124055011_AddDamagedPackages','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261125221051_IndexAudit','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261125221554_AddJobReadsProtected','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261125222839_AddVersionFiguresAndTraffic','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261125224846_AddModules','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261126013753_CoverTheListByIndexes','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261126014203_AddDocumentRefreshes','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261126044851_AddJobMaker','10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES('20261126050616_IndexProtectedProofs','10.0.14');
CREATE TABLE "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE INDEX "IX_Namespaces_ParentId" ON "Namespaces" ("ParentId");
CREATE UNIQUE INDEX "IX_Namespaces_Path" ON "Namespaces" ("Path");
CREATE UNIQUE INDEX "IX_OriginDocuments_Key" ON "OriginDocuments" ("Key");
CREATE INDEX "IX_Packages_LastUsedAt" ON "Packages" ("LastUsedAt");
CREATE INDEX "IX_Packages_Sha256" ON "Packages" ("Sha256");
CREATE UNIQUE INDEX "IX_Packages_VersionId_Os_Arch" ON "Packages" ("VersionId", "Os", "Arch");
CREATE INDEX "IX_PolicyRules_RootGroupId" ON "PolicyRules" ("RootGroupId");
CREATE UNIQUE INDEX "IX_Proofs_ProviderId_Version_Credential" ON "Proofs" ("ProviderId", "Version", "Credential");
CREATE UNIQUE INDEX "IX_Providers_RootGroupId_Hostname_Namespace_Type" ON "Providers" ("RootGroupId", "Hostname", "Namespace", "Type");
CREATE UNIQUE INDEX "IX_Quarantine_ProviderId_Version_Platform" ON "Quarantine" ("ProviderId", "Version", "Platform");
CREATE UNIQUE INDEX "IX_SeenKeys_ProviderId_Fingerprint" ON "SeenKeys" ("ProviderId", "Fingerprint");
CREATE INDEX "IX_Versions_CreatedAt" ON "Versions" ("CreatedAt");
CREATE INDEX "IX_Versions_ProviderId_SortKey" ON "Versions" ("ProviderId", "SortKey");
CREATE UNIQUE INDEX "IX_Versions_ProviderId_Version" ON "Versions" ("ProviderId", "Version");
CREATE INDEX "IX_SyncPackages_TaskId" ON "SyncPackages" ("TaskId");
CREATE INDEX "IX_SyncTasks_NamespaceId" ON "SyncTasks" ("NamespaceId");
CREATE INDEX "IX_SyncTasks_RootGroupId_CreatedAt" ON "SyncTasks" ("RootGroupId", "CreatedAt");
CREATE INDEX "IX_SyncTasks_State" ON "SyncTasks" ("State");
CREATE UNIQUE INDEX "IX_AccessTokens_Hash" ON "AccessTokens" ("Hash");
CREATE INDEX "IX_AccessTokens_PrincipalId" ON "AccessTokens" ("PrincipalId");
CREATE UNIQUE INDEX "IX_FederatedRegistries_NamespaceId_Hostname" ON "FederatedRegistries" ("NamespaceId", "Hostname");
CREATE UNIQUE INDEX "IX_GroupMappings_NamespaceId_OidcGroup" ON "GroupMappings" ("NamespaceId", "OidcGroup");
CREATE UNIQUE INDEX "IX_IssuerKeys_KeyId" ON "IssuerKeys" ("KeyId");
CREATE UNIQUE INDEX "IX_JobPackages_JobId_Provider_Version" ON "JobPackages" ("JobId", "Provider", "Version");
CREATE UNIQUE INDEX "IX_Memberships_NamespaceId_PrincipalId" ON "Memberships" ("NamespaceId", "PrincipalId");
CREATE INDEX "IX_Memberships_PrincipalId" ON "Memberships" ("PrincipalId");
CREATE UNIQUE INDEX "IX_Principals_NamespaceId_Name" ON "Principals" ("NamespaceId", "Name");
CREATE UNIQUE INDEX "IX_Principals_UserName" ON "Principals" ("Name") WHERE "NamespaceId" IS NULL;
CREATE INDEX "IX_Sessions_ExpiresAt" ON "Sessions" ("ExpiresAt");
CREATE UNIQUE INDEX "IX_Sessions_Hash" ON "Sessions" ("Hash");
CREATE INDEX "IX_Sessions_PrincipalId" ON "Sessions" ("PrincipalId");
CREATE UNIQUE INDEX "IX_Users_OidcIssuer_OidcSubject" ON "Users" ("OidcIssuer", "OidcSubject");
CREATE UNIQUE INDEX "IX_Variables_NamespaceId_Name" ON "Variables" ("NamespaceId", "Name");
CREATE INDEX "IX_WorkloadTrusts_Issuer" ON "WorkloadTrusts" ("Issuer");
CREATE INDEX "IX_WorkloadTrusts_PrincipalId" ON "WorkloadTrusts" ("PrincipalId");
CREATE INDEX "IX_Audit_At" ON "Audit" ("At");
CREATE INDEX "IX_Audit_RootGroupId_At" ON "Audit" ("RootGroupId", "At");
CREATE UNIQUE INDEX "IX_DamagedPackages_ProviderId_Version_Platform" ON "DamagedPackages" ("ProviderId", "Version", "Platform");
CREATE INDEX "IX_Audit_Principal_Id" ON "Audit" ("Principal", "Id");
CREATE INDEX "IX_Audit_Provider_Id" ON "Audit" ("Provider", "Id");
CREATE INDEX "IX_Audit_RootGroupId_Id" ON "Audit" ("RootGroupId", "Id");
CREATE INDEX "IX_Jobs_ExpiresAt" ON "Jobs" ("ExpiresAt");
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
CREATE INDEX "IX_Packages_Protected" ON "Packages" ("VersionId") WHERE "Credential" <> 'none';
CREATE UNIQUE INDEX "IX_StorageSamples_RootGroupId_Day" ON "StorageSamples" ("RootGroupId", "Day");
CREATE INDEX "IX_Traffic_Day" ON "Traffic" ("Day");
CREATE UNIQUE INDEX "IX_Traffic_RootGroupId_Day_Provider" ON "Traffic" ("RootGroupId", "Day", "Provider");
CREATE UNIQUE INDEX "IX_ModulePackages_RootGroupId_Hostname_Namespace_Name_System_Version" ON "ModulePackages" ("RootGroupId", "Hostname", "Namespace", "Name", "System", "Version");
CREATE INDEX "IX_ModulePackages_Sha256" ON "ModulePackages" ("Sha256");
CREATE INDEX "IX_Versions_List" ON "Versions" ("RootGroupId", "AddressKey", "SortKey" DESC, "ProviderId", "Version", "CreatedAt", "LastUsedAt", "Size");
CREATE INDEX "IX_Versions_RootGroupId_CreatedAt_ProviderId_Version" ON "Versions" ("RootGroupId", "CreatedAt", "ProviderId", "Version");
CREATE INDEX "IX_Versions_RootGroupId_LastUsedAt_ProviderId_Version" ON "Versions" ("RootGroupId", "LastUsedAt", "ProviderId", "Version");
CREATE INDEX "IX_Versions_RootGroupId_Size_ProviderId_Version" ON "Versions" ("RootGroupId", "Size", "ProviderId", "Version");
CREATE INDEX "IX_Versions_RootGroupId_SortKey_ProviderId_Version" ON "Versions" ("RootGroupId", "SortKey", "ProviderId", "Version");
CREATE UNIQUE INDEX "IX_DocumentRefreshes_NamespaceId_Source" ON "DocumentRefreshes" ("NamespaceId", "Source");
CREATE INDEX "IX_Proofs_Protected" ON "Proofs" ("ProviderId") WHERE "Credential" <> 'none';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('Namespaces',3);
INSERT INTO "sqlite_sequence" VALUES('Audit',15);
INSERT INTO "sqlite_sequence" VALUES('SyncTasks',1);
INSERT INTO "sqlite_sequence" VALUES('OriginDocuments',1);
INSERT INTO "sqlite_sequence" VALUES('Providers',1);
INSERT INTO "sqlite_sequence" VALUES('Proofs',1);
INSERT INTO "sqlite_sequence" VALUES('SeenKeys',1);
INSERT INTO "sqlite_sequence" VALUES('SyncPackages',1);
INSERT INTO "sqlite_sequence" VALUES('Versions',1);
INSERT INTO "sqlite_sequence" VALUES('Packages',1);
INSERT INTO "sqlite_sequence" VALUES('Principals',3);
INSERT INTO "sqlite_sequence" VALUES('Memberships',2);
INSERT INTO "sqlite_sequence" VALUES('Traffic',1);
INSERT INTO "sqlite_sequence" VALUES('GroupMappings',1);
INSERT INTO "sqlite_sequence" VALUES('AccessTokens',1);
INSERT INTO "sqlite_sequence" VALUES('Variables',1);
INSERT INTO "sqlite_sequence" VALUES('PolicyRules',1);
COMMIT;
