"""Runs the VAE training of this project and of PyTorch in turn and prints the median of the ratios."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent


def measured(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])["updates_per_second"]


arguments = argparse.ArgumentParser()
arguments.add_argument("--batch", type=int, default=64)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--updates", type=int, default=20)
arguments.add_argument("--rounds", type=int, default=5)
for name in ("fused", "compile"):
    arguments.add_argument(f"--{name}", action="store_true", help="of the peer, see there")
options = arguments.parse_args()
shared = [f"--batch={options.batch}", f"--threads={options.threads}", f"--updates={options.updates}"]
ours = [str(here.parent / ".build/release/retable-bench"), "vae", *shared]
peer = [sys.executable, str(here / "vae_training/pytorch_vae.py"), *shared]
peer += [f"--{name}" for name in ("fused", "compile") if getattr(options, name)]
ratios = []
for turn in range(options.rounds):
    a, b = measured(ours), measured(peer)
    ratios.append(a / b)
    print(f"turn {turn + 1}: retable {a:.2f}/s, PyTorch {b:.2f}/s, ratio {a / b:.2f}", flush=True)
print(f"batch {options.batch}, {options.threads} threads: median ratio {statistics.median(ratios):.2f}")
