#!/usr/bin/env bash
# Takes a picture of every page of the running product, wide and narrow, light and dark, into a directory (by default
# TestResults/screenshots), and renews those that README.md shows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "${1:-TestResults/screenshots}" docs/images
MIRROR_SCREENSHOTS=$(realpath "${1:-TestResults/screenshots}")
export MIRROR_SCREENSHOTS
dotnet build Mirror.sln -c Release -nologo -v quiet
dotnet test e2e/Mirror.E2E.csproj -c Release --no-build -nologo --filter FullyQualifiedName~PageAppearanceTests
cp "$MIRROR_SCREENSHOTS"/provider-mirrors-1280-{light,dark}.png docs/images/
echo "The pictures are in $MIRROR_SCREENSHOTS."
