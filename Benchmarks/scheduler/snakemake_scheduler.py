"""Planning, trivial steps and cached steps: this project's scheduler and Snakemake, in turn, as whole processes.

Needs the `snakemake` package in the Python that it is started with, and the built benchmarks (`make bench`).
"""

import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
ours = here.parent.parent / ".build/release/scheduler-bench"

SNAKEFILE = """
N = {count}
rule all:
    input: expand("second/{{i}}", i=range(N))
rule first:
    output: "first/{{i}}"
    shell: "echo {{wildcards.i}} > {{output}}"
rule second:
    input: "first/{{i}}"
    output: "second/{{i}}"
    shell: "cat {{input}} > {{output}}; echo {{wildcards.i}} >> {{output}}"
"""


def timed(command, folder):
    """Seconds and the peak megabytes of the largest process."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {status}")
    return seconds, usage.ru_maxrss / 1024


def workflow(count):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scheduler-"))
    (folder / "Snakefile").write_text(SNAKEFILE.format(count=count))
    return folder


def compare(name, mine, theirs, rounds):
    """mine and theirs make a command and a folder anew for each round."""
    ratios = []
    for turn in range(rounds):
        results = []
        for make in (mine, theirs):
            command, folder = make()
            results.append(timed(command, folder))
        (a, memory_a), (b, memory_b) = results
        ratios.append(b / a)
        print(
            f"{name}, turn {turn + 1}: retable {a:.3f} s, {memory_a:.0f} MB; "
            f"snakemake {b:.3f} s, {memory_b:.0f} MB; ratio {b / a:.1f}, of memory {memory_b / memory_a:.1f}",
            flush=True,
        )
    print(f"{name}: median ratio {statistics.median(ratios):.1f}")


arguments = argparse.ArgumentParser()
arguments.add_argument("--planned", type=int, default=10_000)
arguments.add_argument("--run", type=int, default=400)
arguments.add_argument("--rounds", type=int, default=3)
options = arguments.parse_args()
snakemake = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet"]
folders = []


def fresh(count):
    folders.append(workflow(count))
    return folders[-1]


def planning(command):
    def make():
        folder = fresh(options.planned // 2)
        return command(folder), folder

    return make


compare(
    f"planning {options.planned} steps",
    planning(lambda folder: [str(ours), "plan", f"--steps={options.planned}", f"--store={folder}/store"]),
    planning(lambda folder: snakemake + ["--dry-run"]),
    options.rounds,
)


def running(command):
    def make():
        folder = fresh(options.run // 2)
        return command(folder), folder

    return make


def retable(folder):
    return [str(ours), "schedule", f"--steps={options.run}", f"--store={folder}/store"]


compare(f"{options.run} trivial steps", running(retable), running(lambda folder: snakemake), options.rounds)

done = {}
for name, command in (("retable", retable), ("snakemake", lambda folder: snakemake)):
    done[name] = fresh(options.run // 2)
    timed(command(done[name]), done[name])
compare(
    f"{options.run} cached steps",
    lambda: (retable(done["retable"]), done["retable"]),
    lambda: (snakemake, done["snakemake"]),
    options.rounds,
)
for folder in folders:
    shutil.rmtree(folder, ignore_errors=True)
