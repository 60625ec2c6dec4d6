#!/usr/bin/env bash
# Installs what the build needs and does nothing where all of it is there.
# Read docs/setup.md for the variables it honours: LIBTORCH, RETABLE_CUDA, and pip's own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/common.sh

minimum_swift=6.2
# OpenBLAS in its OpenMP build: it shares one thread pool with libtorch (docs/setup.md, "One thread pool").
packages=(
  g++ make git pkg-config unzip
  libopenblas-openmp-dev liblapacke-dev libhdf5-dev hdf5-tools libpng-dev libturbojpeg0-dev libarchive-dev libzip-dev
  zlib1g-dev libcurl4-openssl-dev libssl-dev gnuplot-nox fonts-dejavu-core
)

check_swift() {
  command -v swift >/dev/null \
    || fail "swift is not on PATH; install Swift $minimum_swift or newer (https://www.swift.org/install/linux/)."
  local answer
  answer=$(swift --version 2>&1) \
    || fail "$(command -v swift) does not start (${answer%%$'\n'*});" \
      "install what Swift itself needs (https://www.swift.org/install/linux/)."
  [[ $answer =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] \
    || fail "'swift --version' names no version (${answer%%$'\n'*}); Retable needs Swift $minimum_swift or newer."
  local found="${BASH_REMATCH[1]}.${BASH_REMATCH[2]}"
  [ "$(printf '%s\n' "$minimum_swift" "$found" | sort -V | head -n 1)" = "$minimum_swift" ] \
    || fail "this is Swift $found, and Retable needs $minimum_swift or newer (https://www.swift.org/install/linux/)."
}

missing_packages() {
  local installed
  # dpkg-query exits with 1 as soon as one name is unknown to it; the names it knows are printed all the same.
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  local package
  for package in "${packages[@]}"; do
    grep -qx "installed $package" <<<"$installed" || printf '%s\n' "$package"
  done
}

install_packages() {
  local command="apt-get install ${missing[*]}"
  command -v apt-get >/dev/null \
    || fail "these packages are missing and there is no apt-get to install them: ${missing[*]}."
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    fail "installing packages needs root and there is no sudo; run as root: $command"
  fi

  say "installing ${missing[*]}"
  local log reason installed=yes
  log=$(mktemp)
  # A package list that cannot be renewed is no failure by itself: the packages may be known and within reach.
  as_root apt-get update -q >"$log" 2>&1 </dev/null || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "${missing[@]}" >>"$log" 2>&1 </dev/null || installed=no
  reason=$(grep -E '^(E:|sudo:)' "$log" | tail -n 1 || true)
  reason=${reason:-$(tail -n 1 "$log")}
  rm -f "$log"
  [ "$installed" = yes ] \
    || fail "could not install ${missing[*]} ($reason); check the network and the rights, then run: $command"
}

# Both builds may be installed, and then Debian prefers the pthread one. That choice is the machine's, so it is only told.
check_openblas() {
  local library
  library=$(readlink -f /usr/lib/*/libopenblas.so.0 2>/dev/null | head -n 1)
  if [[ $library == *pthread* ]]; then
    say "note: OpenBLAS's pthread build answers here, and training is about twice as slow beside its threads; for the" \
      "OpenMP build: update-alternatives --config libopenblas.so.0-$(basename "$(dirname "$(dirname "$library")")")"
  fi
}

check_swift
command -v dpkg-query >/dev/null \
  || fail "this is no Debian or Ubuntu (there is no dpkg-query); install the counterparts of: ${packages[*]}."
if ! scripts/libtorch.sh --present && ! python_with_pip >/dev/null; then
  packages+=(python3-pip)
fi
mapfile -t missing < <(missing_packages)
[ ${#missing[@]} -eq 0 ] || install_packages
check_openblas
scripts/libtorch.sh
