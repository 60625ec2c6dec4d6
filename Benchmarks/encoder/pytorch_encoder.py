"""The peer of `retable-bench encoder`: the patch pipeline written plainly in PyTorch.

unfold, contrast normalisation, whitening, cdist, triangle activation, quadrant sums; a batch of images at a time. Prints
one JSON line; only the distances count as work, as on the other side.
"""

import argparse
import json
import resource
import statistics
import time

import numpy as np
import torch
from torch.nn import functional

arguments = argparse.ArgumentParser()
arguments.add_argument("--images", help="CIFAR-10's data_batch_1.bin; noise without it")
arguments.add_argument("--centroids", type=int, default=1600)
arguments.add_argument("--count", type=int, default=64, help="images per round")
arguments.add_argument("--batch", type=int, default=16)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--threads", type=int, default=2)
options = arguments.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)

if options.images:
    records = np.fromfile(options.images, dtype=np.uint8).reshape(-1, 3073)
    images = torch.from_numpy(records[:max(options.count, 100), 1:].reshape(-1, 3, 32, 32).copy())
else:
    images = torch.randint(0, 256, (max(options.count, 100), 3, 32, 32), dtype=torch.uint8)


def normalised_patches(batch):
    patches = functional.unfold(batch.float(), 6).transpose(1, 2)
    return (patches - patches.mean(2, keepdim=True)) / torch.sqrt(patches.var(2, keepdim=True) + 10)


sample = normalised_patches(images[:100]).reshape(-1, 108)
mean = sample.mean(0)
values, vectors = torch.linalg.eigh(torch.cov(sample.T.double()))
whitening = (vectors @ torch.diag((values + 0.1).rsqrt()) @ vectors.T).float()
centroids = ((sample - mean) @ whitening)[torch.randperm(len(sample))[:options.centroids]].contiguous()


@torch.no_grad()
def encode(batch):
    distances = torch.cdist((normalised_patches(batch) - mean) @ whitening, centroids)
    responses = torch.relu(distances.mean(2, keepdim=True) - distances)
    maps = responses.reshape(len(batch), 27, 27, -1)
    return torch.cat([
        maps[:, rows, columns].sum((1, 2))
        for rows in (slice(0, 14), slice(14, 27)) for columns in (slice(0, 14), slice(14, 27))], 1)


def sgemm():
    a = torch.ones(2048, 2048)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2 * 2048 ** 3 / best / 1e9


peak = sgemm()
encode(images[:options.batch])
times = []
for _ in range(options.rounds):
    start = time.perf_counter()
    features = torch.cat([encode(images[:options.count][first:first + options.batch])
                          for first in range(0, options.count, options.batch)])
    times.append(time.perf_counter() - start)
seconds = statistics.median(times)
gigaflops = 2 * options.count * 729 * 108 * options.centroids / seconds / 1e9
print(json.dumps({
    "centroids": options.centroids, "images": options.count, "threads": options.threads, "seconds": seconds,
    "images_per_second": options.count / seconds, "gigaflops": gigaflops, "sgemm_gigaflops": peak,
    "share_of_sgemm": gigaflops / peak, "mean_feature": features.mean().item(),
    "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
