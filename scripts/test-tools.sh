#!/usr/bin/env bash
# Installs the programs that some tests use and skip without; does nothing where all of them are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/common.sh

# chromium opens the HTML report; man-db and mandoc check the manual page.
packages=(chromium man-db mandoc)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
say "installing ${missing[*]}, for tests that are skipped without"
log=$(mktemp)
as_root apt-get update -q >"$log" 2>&1 </dev/null || true
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
  -o DPkg::Lock::Timeout=120 "${missing[@]}" >>"$log" 2>&1 </dev/null \
  || say "note: could not install ${missing[*]} ($(grep -E '^(E:|sudo:)' "$log" | tail -n 1 || true)); their tests are skipped"
rm -f "$log"
