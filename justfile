# The tasks of this project. Run `just` to list them: https://just.systems

_default:
    @just --list

# Build everything, with warnings as errors
build:
    dotnet build Mirror.sln

# Run the unit and component tests, optionally only those whose names contain a word
test filter="":
    dotnet test Mirror.Tests {{ if filter == "" { "" } else { "--filter FullyQualifiedName~" + filter } }}

# Run all tests, with the real terraform and a real browser
e2e:
    e2e/test

# Run everything that CI checks
ci:
    .ci/run

# Run the benchmarks: cold crowd init list list-postgresql pages remote warm scale
bench *subjects:
    bench/run {{ subjects }}

# Regenerate the migration after a change of the rows
migration:
    dotnet tool restore
    rm -r Mirror.Core/Database/Migrations/Sqlite Mirror.Core/Database/Migrations/PostgreSql
    dotnet ef migrations add Initial --context MirrorDbContext --project Mirror.Core --startup-project Mirror.Web --output-dir Database/Migrations/Sqlite
    dotnet ef migrations add Initial --context PostgreSqlDbContext --project Mirror.Core --startup-project Mirror.Web --output-dir Database/Migrations/PostgreSql
    sed -i '1s/^\xEF\xBB\xBF//' Mirror.Core/Database/Migrations/*/*.cs

# Update the snapshots of the REST API and the command line
snapshots:
    MIRROR_UPDATE_SNAPSHOTS=1 dotnet test Mirror.Tests --filter FullyQualifiedName~Snapshots

# Update docs/configuration.md after a change of the configuration
configuration:
    MIRROR_UPDATE_SNAPSHOTS=1 dotnet test Mirror.Tests --filter FullyQualifiedName~DocumentedKeysTests

# Update the screenshots in the documentation
screenshots:
    docs/screenshots.sh

# Format the code
format:
    dotnet format Mirror.sln

# Start a server with an example origin, without internet access
demo:
    dotnet run -c Release --project Mirror.Web -- serve --demo
