#!/usr/bin/env bash
# Installs what some tests need beyond the build: programs that Retable works with, run for real. Each such test is skipped
# where its program is absent, so a machine that cannot install them still passes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/common.sh

packages=(
  slurm-wlm munge       # Tests/CommandLineTests/RealSlurmTests.swift
  chromium              # Tests/ReportTests/BrowserTests.swift
  man-db mandoc         # Tests/CommandLineTests/ManualTests.swift
  python3-pandas python3-h5py  # Tests/CommandLineTests/ExportCommandTests.swift
)

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null \
  || { say "note: no Debian packages here; tests that need ${packages[*]} are skipped"; exit 0; }
missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

say "installing ${missing[*]}, for tests that are skipped without"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
as_root apt-get update -q >"$log" 2>&1 </dev/null || true
# One by one: a package that this machine cannot have must not take the others with it.
for package in "${missing[@]}"; do
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "$package" >>"$log" 2>&1 </dev/null \
    || say "note: could not install $package ($(tail -n 1 "$log")); the tests that need it are skipped"
done
