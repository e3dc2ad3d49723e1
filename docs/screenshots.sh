#!/usr/bin/env bash
# Takes screenshots of every page, dialog and menu in a wide and a narrow window, with the light and the dark theme, saves
# them in a directory (default: TestResults/screenshots), and updates the screenshots in README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "${1:-TestResults/screenshots}" docs/images
MIRROR_SCREENSHOTS=$(realpath "${1:-TestResults/screenshots}")
export MIRROR_SCREENSHOTS
dotnet build Mirror.sln -c Release -nologo -v quiet
dotnet test e2e/Mirror.E2E.csproj -c Release --no-build -nologo --filter 'FullyQualifiedName~PageAppearanceTests|FullyQualifiedName~AccountTests'
cp "$MIRROR_SCREENSHOTS"/provider-mirrors-1440-{light,dark}.png docs/images/
echo "The screenshots are in $MIRROR_SCREENSHOTS."
