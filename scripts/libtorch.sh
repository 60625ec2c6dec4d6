#!/usr/bin/env bash
# Unpacks libtorch, as pip serves it, into .libtorch/torch (with NVIDIA's libraries beside it in .libtorch/nvidia, where
# the wheel's own RPATH looks for them) and writes .libtorch/RECORD.json last: without that file nothing is installed.
#   scripts/libtorch.sh             install, unless it is there
#   scripts/libtorch.sh --present   exit with 0 if nothing is to be fetched
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/common.sh

version=2.13.0
# Naming the tags makes every machine ask for one wheel, with one checksum, whatever its own Python.
python_tag=311
home=.libtorch
record=$home/RECORD.json
known=scripts/libtorch.sha256
cuda=${RETABLE_CUDA:-auto}
[[ $cuda =~ ^(auto|yes|no)$ ]] || fail "RETABLE_CUDA=$cuda is none of auto, yes, no."

# yes: everything a GPU needs. no: what the CUDA build needs in order to load, which is enough for the CPU.
wants_gpu() {
  case "$cuda" in
    yes) return 0 ;;
    no) return 1 ;;
    auto) [ -e /dev/nvidiactl ] || [ -e /dev/dxg ] ;;
  esac
}

is_present() {
  if [ -n "${LIBTORCH:-}" ]; then return 0; fi
  grep -qs "\"version\": \"$version\"" "$record" || return 1
  # A CUDA build unpacked before a GPU was asked for lacks the GPU's libraries.
  ! { grep -q '"gpu": "no"' "$record" && wants_gpu; }
}

check_named_libtorch() {
  local file
  for file in include/torch/csrc/api/include/torch/torch.h lib/libtorch_cpu.so lib/libc10.so; do
    [ -e "$LIBTORCH/$file" ] \
      || fail "LIBTORCH=$LIBTORCH is no libtorch: $file is missing; name the folder that holds include/ and lib/."
  done
  local problem
  problem=$(loading_problem "$LIBTORCH/lib/libtorch_cpu.so")
  [ -z "$problem" ] \
    || fail "LIBTORCH=$LIBTORCH does not load: $problem; name another, or help the loader with LD_LIBRARY_PATH."
}

# Why the loader would refuse a library; nothing where it would not.
loading_problem() {
  local answer
  if ! answer=$(ldd "$1" 2>&1); then
    echo "$(basename "$1") is no library for this machine"
  else
    awk '/not found/ { print $1 " not found" }' <<<"$answer" | sort -u | paste -sd ,
  fi
}

# download FOLDER REQUIREMENT… [-- PIP-OPTION…]: all of it through pip, so that its index, proxy and mirror settings hold.
download() {
  local folder=$1 log=$staging/pip.log progress=()
  local -a requirements=() options=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do requirements+=("$1") && shift; done
  if [ $# -gt 0 ]; then shift && options=("$@"); fi
  [ -t 2 ] || progress=(--quiet --progress-bar off)
  # pip's scratch space is ours, so that an interrupted download goes with the staging folder.
  if ! TMPDIR="$PWD/$staging" "$python" -m pip download --disable-pip-version-check --retries 2 --only-binary=:all: \
    "${progress[@]}" --dest "$folder" "${options[@]}" "${requirements[@]}" </dev/null 1>&2 2>"$log"; then
    local reason
    reason=$(grep '^ERROR' "$log" | tail -n 1 || true)
    reason=${reason:-$(tail -n 1 "$log")}
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError' "$log"; then
      fail "pip cannot reach its package index for ${requirements[*]}; check the network, or name an unpacked libtorch" \
        "with LIBTORCH=/path."
    fi
    fail "pip could not fetch ${requirements[*]} (${reason#ERROR: }); name an unpacked libtorch with LIBTORCH=/path."
  fi
}

# Checks every wheel in FOLDER against the known checksums and adds it to the record.
verify() {
  local wheel name sum expected
  for wheel in "$1"/*.whl; do
    name=$(basename "$wheel")
    sum=$(sha256sum "$wheel" | cut -d ' ' -f 1)
    expected=$(awk -v name="$name" '$2 == name { print $1 }' "$known")
    if [ -z "$expected" ]; then
      say "note: no checksum is known for $name; recorded sha256 $sum in $record"
    elif [ "$sum" != "$expected" ]; then
      fail "$name has sha256 $sum, and $expected is expected ($known); pip's source or its cache is not to be trusted."
    fi
    wheels+=("$name $sum")
  done
}

unpack() {
  local wheel=$1
  shift
  local reason
  reason=$(unzip -q -o "$wheel" "$@" -d "$staging" 2>&1 | head -n 1) \
    || fail "could not unpack $(basename "$wheel") in $home (${reason:-unzip was stopped}); check the space on that disk."
}

# The wheel's own requirements on NVIDIA's wheels, without the environment marker: cuda-toolkit[cublas,cudart,…]==13.0.3
nvidia_requirements() {
  unzip -p "$1" 'torch-*.dist-info/METADATA' \
    | sed -nE 's/^Requires-Dist: ((cuda-toolkit|nvidia-)[^; ]*).*/\1/p'
}

# The CUDA build's libtorch_cpu loads libcudart and libcupti, on a machine without a GPU too.
fetch_nvidia() {
  local -a requirements
  mapfile -t requirements < <(nvidia_requirements "$1")
  if [ "$gpu" = no ]; then
    mapfile -t requirements < <(printf '%s\n' "${requirements[@]}" \
      | sed -nE 's/^cuda-toolkit\[.*\](.*)/cuda-toolkit[cudart,cupti]\1/p')
  fi
  [ ${#requirements[@]} -gt 0 ] \
    || fail "$(basename "$1") names no NVIDIA wheels; name an unpacked libtorch with LIBTORCH=/path."
  download "$staging/nvidia-wheels" "${requirements[@]}"
  verify "$staging/nvidia-wheels"
  local wheel
  for wheel in "$staging"/nvidia-wheels/nvidia_*.whl; do
    # nvtx and its like may hold headers only. The listing is read whole: a grep that leaves at the first match can end
    # unzip with SIGPIPE, and pipefail would then read a match as none.
    if grep -q 'nvidia/.*/lib/.*\.so' <<<"$(unzip -l "$wheel")"; then unpack "$wheel" 'nvidia/*/lib/*'; fi
  done
}

write_record() {
  local separator='' wheel
  {
    printf '{\n  "version": "%s",\n  "build": "%s",\n  "gpu": "%s",\n  "wheels": [' "$version" "$build" "$gpu"
    for wheel in "${wheels[@]}"; do
      printf '%s\n    {"file": "%s", "sha256": "%s"}' "$separator" "${wheel% *}" "${wheel#* }"
      separator=,
    done
    printf '\n  ]\n}\n'
  } >"$1"
}

install_libtorch() {
  local architecture
  architecture=$(uname -m)
  [[ $architecture == x86_64 || $architecture == aarch64 ]] \
    || fail "there is no libtorch $version for $architecture; name one with LIBTORCH=/path."
  python=$(python_with_pip) || fail "there is no python3 with pip; install one: apt-get install python3-pip"

  say "fetching libtorch $version"
  download "$staging/torch-wheel" "torch==$version" -- --no-deps \
    --implementation cp --python-version "$python_tag" --abi "cp$python_tag" --platform "manylinux_2_28_$architecture"
  verify "$staging/torch-wheel"
  local wheel
  wheel=$(echo "$staging"/torch-wheel/*.whl)
  unpack "$wheel" 'torch/include/*' 'torch/lib/*'
  # The Python side and its tests; nothing of ours loads them.
  rm -f "$staging"/torch/lib/lib{torch_python,shm,aoti_custom_ops,backend_with_compiler,jitbackend_test,torchbind_test}.so

  build=cpu gpu=none
  if [ -e "$staging/torch/lib/libtorch_cuda.so" ]; then
    build=cuda gpu=no
    if wants_gpu; then
      gpu=yes
    else
      rm -f "$staging"/torch/lib/lib{torch,torch_cuda,torch_cuda_linalg,torch_nvshmem,c10_cuda,caffe2_nvrtc}.so
    fi
    fetch_nvidia "$wheel"
  fi
  local library problem
  for library in "$staging"/torch/lib/libtorch_*.so; do
    problem=$(loading_problem "$library")
    [ -z "$problem" ] || fail "$(basename "$library") of $(basename "$wheel") does not load here: $problem."
  done
  write_record "$staging/RECORD.json"

  # The record goes first and comes last: whatever interrupts this, the next call starts anew.
  rm -rf "$record" "$home/torch" "$home/nvidia"
  [ ! -e "$staging/nvidia" ] || mv "$staging/nvidia" "$home/nvidia"
  mv "$staging/torch" "$home/torch"
  mv "$staging/RECORD.json" "$record"
  say "libtorch $version ($build build) is in $home; $record names its wheels"
}

if [ "${1:-}" = --present ]; then
  is_present
  exit
fi
if [ -n "${LIBTORCH:-}" ]; then
  check_named_libtorch
  exit
fi
if is_present; then exit; fi

{ mkdir -p "$home" && [ -w "$home" ]; } 2>/dev/null || fail "cannot write in $PWD/$home; check the rights of that folder."
# A kernel lock, so that two calls at once fetch once; what a killed call left behind is swept under it.
exec 9>"$home/lock"
flock 9
if is_present; then exit; fi
rm -rf "$home"/staging.*
staging=$(mktemp -d "$home/staging.XXXXXX")
trap 'rm -rf "$staging"' EXIT
wheels=()
install_libtorch
