#!/usr/bin/env bash
# Tests of the set-up scripts, on a copy of them: a PATH of stand-ins, small wheels made here, pip without its index.
# Needs python3 with pip and a C compiler, both of which set-up installs. Takes seconds and fetches nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/common.sh

sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
bin=$sandbox/bin wheels=$sandbox/wheels repository=$sandbox/repository
installed=$sandbox/installed apt_calls=$sandbox/apt-calls output=$sandbox/output
tag=cp311-cp311-manylinux_2_28_$(uname -m)
python=$(python_with_pip) || fail "the tests of set-up need python3 with pip."
python=$("$python" -c 'import sys; print(sys.executable)')
checks=0 failures=0

# Nothing of the caller's settings may reach the scripts under test, and pip may reach nothing but the wheels made here.
unset LIBTORCH RETABLE_CUDA PIP_INDEX_URL PIP_EXTRA_INDEX_URL
export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_FIND_LINKS=$wheels PIP_NO_CACHE_DIR=1

# --- Stand-ins ---

stub() { # NAME, body on stdin
  { printf '#!%s\n' "$(command -v bash)" && cat; } >"$bin/$1"
  chmod +x "$bin/$1"
}

machine() { # A Debian machine with Swift 6.2, every package, and root.
  rm -rf "$bin" "$repository" "$wheels" "$installed" "$apt_calls"
  mkdir -p "$bin" "$repository" "$wheels"
  cp -r scripts "$repository/scripts"
  local tool
  for tool in bash env awk basename cat cut dirname flock grep head id ldd mkdir mktemp mv paste readlink rm sed \
    sha256sum sort tail uname unzip; do
    ln -s "$(command -v "$tool")" "$bin/$tool"
  done
  stub python3 <<<"exec '$python' \"\$@\""
  stub swift <<<'echo "Swift version 6.2 (swift-6.2-RELEASE)"'
  sed -n '/^packages=(/,/^)/p' scripts/setup.sh | grep -oE '^ .*' | tr -s ' ' '\n' | grep . >"$installed"
  stub dpkg-query <<<"sed 's/^/installed /' '$installed'"
  stub apt-get <<'STUB'
echo "$*" >>"$APT_CALLS"
if [ "$1" = install ]; then
  for word in "$@"; do case $word in install | -* | DPkg*) ;; *) echo "$word" >>"$INSTALLED" ;; esac; done
fi
STUB
  export APT_CALLS=$apt_calls INSTALLED=$installed
  : >"$apt_calls"
}

# wheel FILE FOLDER [REQUIREMENT…]: packs FOLDER as the wheel FILE, with the metadata that pip wants.
wheel() {
  mkdir -p "$wheels"
  "$python" - "$wheels/$1" "$2" "${@:3}" <<'PYTHON'
import pathlib, sys, zipfile
target, folder, *requirements = sys.argv[1:]
name, version, *_ = pathlib.Path(target).name.split("-")
info = f"{name}-{version}.dist-info"
metadata = [f"Metadata-Version: 2.1", f"Name: {name.replace('_', '-')}", f"Version: {version}"]
metadata += [f"Provides-Extra: {extra}" for extra in ("cublas", "cudart", "cupti")]
metadata += [f"Requires-Dist: {requirement}" for requirement in requirements]
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file():
            archive.write(path, path.relative_to(folder))
    archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
    archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
    archive.writestr(f"{info}/RECORD", "")
PYTHON
}

# files FOLDER FILE…: a fresh folder with these files; the libraries among them are real ones.
echo 'int small;' | gcc -shared -x c - -o "$sandbox/small.so"
files() {
  local folder=$1 file
  shift
  rm -rf "$folder"
  for file in "$@"; do
    mkdir -p "$folder/$(dirname "$file")"
    case $file in
      *.so | *.so.*) cp "$sandbox/small.so" "$folder/$file" ;;
      *) printf '%s\n' "$file" >"$folder/$file" ;;
    esac
  done
}

cpu_wheel() {
  files "$sandbox/torch" torch/include/torch/torch.h torch/lib/libtorch_cpu.so torch/lib/libtorch_python.so torch/nn.py
  wheel "torch-2.13.0+small-$tag.whl" "$sandbox/torch"
}

cuda_wheels() {
  files "$sandbox/torch" torch/include/torch/torch.h torch/lib/libtorch_cpu.so torch/lib/libtorch_cuda.so
  wheel "torch-2.13.0+small-$tag.whl" "$sandbox/torch" \
    'cuda-toolkit[cublas,cudart,cupti]==13.0; platform_system == "Linux"' 'nvidia-cudnn==9; platform_system == "Linux"' \
    filelock
  files "$sandbox/none" README
  wheel cuda_toolkit-13.0-py3-none-any.whl "$sandbox/none" 'nvidia-cublas==13; extra == "cublas"' \
    'nvidia-cudart==13; extra == "cudart"' 'nvidia-cupti==13; extra == "cupti"'
  local library
  for library in cublas cudart cupti; do
    files "$sandbox/nvidia" "nvidia/cu13/lib/lib$library.so.13"
    wheel "nvidia_$library-13-py3-none-any.whl" "$sandbox/nvidia"
  done
  files "$sandbox/nvidia" nvidia/cudnn/lib/libcudnn.so.9
  # As many files as the real one has: its listing is longer than a pipe holds.
  seq -f "$sandbox/nvidia/nvidia/cudnn/lib/part%g.h" 2000 | xargs touch
  wheel nvidia_cudnn-9-py3-none-any.whl "$sandbox/nvidia"
}

# --- Checks ---

check() { # DESCRIPTION command…: the command must succeed
  checks=$((checks + 1))
  if ! "${@:2}" >/dev/null 2>&1; then
    failures=$((failures + 1))
    printf 'FAILED %s\n' "$1"
    sed 's/^/    /' "$output"
  fi
}

# setup STATUS [NAME=VALUE…] and libtorch STATUS […]: run the script on the stand-in machine and check its exit status.
setup() { run setup.sh "$@"; }
libtorch() { run libtorch.sh "$@"; }
run() {
  local script=$1 expected=$2 status=0
  shift 2
  env PATH="$bin" "$@" "$repository/scripts/$script" >"$output" 2>&1 </dev/null || status=$?
  check "$script ${*//$sandbox/} exits with $expected, not $status" [ "$status" -eq "$expected" ]
}

says() { check "says '$1'" grep -qF -- "$1" "$output"; }
one_sentence() { check 'says one line' [ "$(wc -l <"$output")" -eq 1 ] && says "$1"; }
silent() { check 'says nothing' [ ! -s "$output" ]; }
holds() { check "has $1" [ -e "$repository/.libtorch/$1" ]; }
lacks() { check "lacks $1" [ ! -e "$repository/.libtorch/$1" ]; }
nothing_installed() {
  check 'leaves the lock and nothing else' [ -z "$(find "$repository/.libtorch" -mindepth 1 ! -name lock)" ]
}
recorded() { check "records $1" grep -qF -- "$1" "$repository/.libtorch/RECORD.json"; }

# --- Tools and packages ---

machine && rm "$bin/swift"
setup 1 && one_sentence 'swift is not on PATH'

machine && stub swift <<<'echo "Swift version 6.1.2 (swift-6.1.2-RELEASE)"'
setup 1 && one_sentence 'this is Swift 6.1, and Retable needs 6.2 or newer'

machine && stub swift <<<'echo "libxml2.so.2: cannot open shared object file" >&2; exit 127'
setup 1 && one_sentence 'does not start (libxml2.so.2: cannot open shared object file)'

machine && cpu_wheel && stub swift <<<'echo "Swift version 6.10-dev"'
setup 0

machine && rm "$bin/dpkg-query"
setup 1 && one_sentence 'this is no Debian or Ubuntu'

machine && rm "$bin/apt-get" && sed -i /libzip-dev/d "$installed"
setup 1 && one_sentence 'there is no apt-get to install them: libzip-dev.'

machine && sed -i -e /libpng-dev/d -e /gnuplot-nox/d "$installed" && rm "$bin/id" && stub id <<<'echo 1000'
setup 1 && one_sentence 'there is no sudo; run as root: apt-get install libpng-dev gnuplot-nox'

stub sudo <<<'echo "sudo: a password is required" >&2; exit 1'
setup 1 && says 'could not install libpng-dev gnuplot-nox (sudo: a password is required)'

machine && cpu_wheel && sed -i /libpng-dev/d "$installed"
setup 0 && says 'installing libpng-dev'
check 'asks apt-get for the missing package alone' grep -qE '^install .* libpng-dev$' "$apt_calls"
: >"$apt_calls"
setup 0 && silent
check 'a second call leaves apt-get alone' [ ! -s "$apt_calls" ]

machine && sed -i /libpng-dev/d "$installed" && stub apt-get <<<'echo "E: Unable to fetch some archives" >&2; exit 100'
setup 1 && says 'could not install libpng-dev (E: Unable to fetch some archives); check the network'

machine && stub python3 <<<'echo "No module named pip" >&2; exit 1'
setup 1 && says 'installing python3-pip' && says 'there is no python3 with pip'

# --- libtorch from pip ---

machine && cpu_wheel
libtorch 0 && says "note: no checksum is known for torch-2.13.0+small-$tag.whl"
recorded '"build": "cpu"' && recorded "$(sha256sum "$wheels"/torch-*.whl | cut -d ' ' -f 1)"
holds torch/lib/libtorch_cpu.so && holds torch/include/torch/torch.h
lacks torch/lib/libtorch_python.so && lacks torch/nn.py
check 'the record is JSON' "$python" -m json.tool "$repository/.libtorch/RECORD.json"
libtorch 0 && silent

machine && cpu_wheel && (cd "$wheels" && sha256sum -- *.whl) >>"$repository/scripts/libtorch.sha256"
libtorch 0
check 'a known checksum is no news' sh -c "! grep -q note '$output'"

machine && cpu_wheel && echo "0000  torch-2.13.0+small-$tag.whl" >>"$repository/scripts/libtorch.sha256"
libtorch 1 && says 'and 0000 is expected' && nothing_installed

machine
libtorch 1 && says 'No matching distribution found for torch==2.13.0' && nothing_installed
# Port 9 (discard) answers on no machine by default: the connection is refused at once.
libtorch 1 PIP_NO_INDEX=0 PIP_FIND_LINKS= PIP_INDEX_URL=http://127.0.0.1:9/simple
says 'pip cannot reach its package index for torch==2.13.0; check the network' && nothing_installed

machine && rm "$bin/uname" && stub uname <<<'echo riscv64'
libtorch 1 && one_sentence 'there is no libtorch 2.13.0 for riscv64; name one with LIBTORCH=/path.'

machine && : >"$repository/.libtorch"
libtorch 1 && one_sentence 'check the rights of that folder'

# A library that the loader cannot serve is told at set-up, not at the first run.
machine && files "$sandbox/torch" torch/include/torch/torch.h torch/lib/README
echo 'int lost;' | gcc -shared -x c - -Wl,-soname,liblost.so.1 -o "$sandbox/liblost.so"
gcc -shared -Wl,--no-as-needed -o "$sandbox/torch/torch/lib/libtorch_cpu.so" "$sandbox/liblost.so"
wheel "torch-2.13.0+small-$tag.whl" "$sandbox/torch"
libtorch 1 && says 'does not load here: liblost.so.1 not found.' && nothing_installed

# --- Interruptions ---

machine && cpu_wheel && head -c 64M /dev/zero >"$sandbox/torch/torch/include/torch/torch.h"
wheel "torch-2.13.0+small-$tag.whl" "$sandbox/torch"
status=0
(ulimit -f 16384 && PATH=$bin exec "$repository/scripts/libtorch.sh") >"$output" 2>&1 </dev/null || status=$?
check 'a full disk ends with 1' [ "$status" -eq 1 ]
says "could not unpack torch-2.13.0+small-$tag.whl" && nothing_installed
libtorch 0 && holds RECORD.json

# The stand-in unpacks one file and then ends its whole process group, as a power cut would.
machine && cpu_wheel && rm "$bin/unzip" && stub unzip <<'STUB'
while [ "$1" != -d ]; do shift; done
mkdir -p "$2/torch/lib" && echo half >"$2/torch/lib/libtorch_cpu.so"
kill -9 0
STUB
status=0
# The shell between is there to swallow the job message "Killed".
bash -c 'PATH=$1 "$2" --wait "$3"; exit $?' - "$bin" "$(command -v setsid)" "$repository/scripts/libtorch.sh" \
  >"$output" 2>&1 </dev/null || status=$?
check 'the killed call did not end well' [ "$status" -ne 0 ]
check 'the killed call left its staging folder' [ -e "$repository"/.libtorch/staging.*/torch/lib/libtorch_cpu.so ]
lacks torch && lacks RECORD.json
ln -sf "$(command -v unzip)" "$bin/unzip"
libtorch 0 && holds torch/include/torch/torch.h
check 'the next call sweeps the staging folder' [ -z "$(find "$repository/.libtorch" -name 'staging.*')" ]

rm "$repository/.libtorch/RECORD.json" && libtorch 0 && holds RECORD.json
sed -i 's/2\.13\.0/2.12.0/' "$repository/.libtorch/RECORD.json"
libtorch 0 && says 'fetching libtorch 2.13.0' && recorded '"version": "2.13.0"'

# --- The CUDA build ---

machine && cuda_wheels
libtorch 0 RETABLE_CUDA=no && recorded '"build": "cuda"' && recorded '"gpu": "no"'
holds nvidia/cu13/lib/libcudart.so.13 && holds nvidia/cu13/lib/libcupti.so.13
lacks nvidia/cu13/lib/libcublas.so.13 && lacks nvidia/cudnn && lacks torch/lib/libtorch_cuda.so
libtorch 0 RETABLE_CUDA=no && silent
libtorch 0 RETABLE_CUDA=yes && recorded '"gpu": "yes"'
holds nvidia/cu13/lib/libcublas.so.13 && holds nvidia/cudnn/lib/libcudnn.so.9 && holds torch/lib/libtorch_cuda.so
libtorch 0 RETABLE_CUDA=yes && silent
libtorch 0 RETABLE_CUDA=no && silent
libtorch 1 RETABLE_CUDA=perhaps && one_sentence 'RETABLE_CUDA=perhaps is none of auto, yes, no.'

# --- Another libtorch ---

machine && own=$sandbox/own
files "$own" include/torch/csrc/api/include/torch/torch.h lib/libtorch_cpu.so lib/libc10.so
libtorch 0 LIBTORCH="$own" && silent
check 'LIBTORCH fetches nothing' [ ! -e "$repository/.libtorch" ]
rm "$own/lib/libtorch_cpu.so"
libtorch 1 LIBTORCH="$own" && one_sentence 'is no libtorch: lib/libtorch_cpu.so is missing'
gcc -shared -Wl,--no-as-needed -o "$own/lib/libtorch_cpu.so" "$sandbox/liblost.so"
libtorch 1 LIBTORCH="$own" && one_sentence 'does not load: liblost.so.1 not found'
echo text >"$own/lib/libtorch_cpu.so"
libtorch 1 LIBTORCH="$own" && one_sentence 'does not load: libtorch_cpu.so is no library for this machine'

printf 'set-up: %d checks, %d failed\n' "$checks" "$failures"
[ "$failures" -eq 0 ]
