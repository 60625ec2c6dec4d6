"""The peer of `retable-bench dlib5`: the same score in NumPy and scikit-learn.

Reads the folder that `retable-bench dlib5 --write FOLDER` leaves: packed images and an encoder's weights. Draws 10,000
training and 5,000 test points of 64 pairs that share one of five factors, encodes both images of every pair, averages
|z1 - z2| over the pairs, and fits LogisticRegression with C = 1. Products are single precision; a batch of images passes
through all layers before the next is unpacked.

`--fraction 0.05` encodes and averages that share of the points, multiplies the seconds up, and says so. `--distinct`
encodes every drawn image once, before the points are averaged, instead of both images of every pair: less work than
disentanglement_lib does, at the price of a table of all codes.

Prints one JSON line.
"""

import argparse
import json
import os
import pathlib
import resource
import time

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--batch", type=int, default=2048, help="images in one product")
arguments.add_argument("--train", type=int, default=10_000)
arguments.add_argument("--test", type=int, default=5000)
arguments.add_argument("--pairs", type=int, default=64)
arguments.add_argument("--fraction", type=float, default=1.0)
arguments.add_argument("--distinct", action="store_true")
arguments.add_argument("--seed", type=int, default=1)
options = arguments.parse_args()
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[name] = str(options.threads)  # read once, when NumPy is loaded

import numpy as np  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

SIZES = np.array([3, 6, 40, 32, 32])
STRIDES = np.array([6 * 40 * 32 * 32, 40 * 32 * 32, 32 * 32, 32, 1])


class Encoder:
    """4096 - 1200 - 1200 - 10 with ReLU; the last layer is linear."""

    def __init__(self, folder):
        self.layers = []
        inputs = 4096
        while (folder / f"weights-{len(self.layers)}.f32").exists():
            number = len(self.layers)
            weights = np.fromfile(folder / f"weights-{number}.f32", np.float32).reshape(-1, inputs)
            self.layers.append((weights.T, np.fromfile(folder / f"bias-{number}.f32", np.float32)))
            inputs = len(weights)
        self.latents = inputs

    def __call__(self, packed):
        """Packed images [n, 512] to codes [n, latents]."""
        values = np.unpackbits(packed, axis=1, bitorder="little").astype(np.float32)
        for number, (weights, bias) in enumerate(self.layers):
            values = values @ weights
            values += bias
            if number < len(self.layers) - 1:
                np.maximum(values, 0, out=values)
        return values

    def in_batches(self, images, indices):
        codes = np.empty((len(indices), self.latents), np.float32)
        for start in range(0, len(indices), options.batch):
            part = slice(start, start + options.batch)
            codes[part] = self(images[indices[part]])
        return codes


def draw(random, points):
    """Image numbers [points, pairs] of first and second images, and the factor that each point's pairs share."""
    labels = random.integers(5, size=points)
    first = random.integers(SIZES, size=(points, options.pairs, 5))
    second = random.integers(SIZES, size=(points, options.pairs, 5))
    for point, label in enumerate(labels):
        second[point, :, label] = first[point, :, label]
    return first @ STRIDES, second @ STRIDES, labels


def main():
    encoder = Encoder(options.folder)
    images = np.fromfile(options.folder / "images.u64", np.uint8).reshape(-1, 512)
    expected = np.fromfile(options.folder / "codes.f32", np.float32).reshape(len(images), -1)
    some = np.random.default_rng(0).integers(len(images), size=1000)
    disagreement = float(np.abs(encoder(images[some]) - expected[some]).max())
    random = np.random.default_rng(options.seed)

    start = time.perf_counter()
    points = options.train + options.test
    first, second, labels = draw(random, points)
    measured = max(2, round(points * options.fraction))
    first, second, labels = first[:measured], second[:measured], labels[:measured]
    drawn = time.perf_counter()

    if options.distinct:
        members = np.unique(np.concatenate([first.ravel(), second.ravel()]))
        # A share of the points draws more distinct images for each than all of them do; a share of the images is timed.
        full = round(len(images) * (1 - np.exp(-2 * points * options.pairs / len(images))))
        encoded_share = 1.0
        if options.fraction < 1:
            chosen = members[: max(1, round(full * options.fraction))]
            encoded_share = len(chosen) / full
        else:
            chosen = members
        codes = np.zeros((len(images), encoder.latents), np.float32)
        codes[chosen] = encoder.in_batches(images, chosen)
        encoded = time.perf_counter()
        features = np.abs(codes[first] - codes[second]).mean(axis=1)
    else:
        encoded_share = measured / points
        z1 = encoder.in_batches(images, first.ravel())
        z2 = encoder.in_batches(images, second.ravel())
        encoded = time.perf_counter()
        features = np.abs(z1 - z2).reshape(measured, options.pairs, -1).mean(axis=1)
    averaged = time.perf_counter()

    # The classifier always sees the full number of points; where not all were encoded, those there are come again.
    again = np.arange(points) % measured
    train, test = again[: options.train], again[options.train :]
    fitting = time.perf_counter()
    model = LogisticRegression(C=1, max_iter=1000).fit(features[train], labels[train])
    accuracy = model.score(features[test], labels[test])
    end = time.perf_counter()

    encoding = (encoded - drawn) / encoded_share
    differences = (drawn - start) + (averaged - encoded) * points / measured
    print(json.dumps({
        "threads": options.threads, "distinct": options.distinct, "fraction": options.fraction,
        "scaled_up": options.fraction < 1, "accuracy": round(float(accuracy), 4) if measured == points else None,
        "encoding_seconds": round(encoding, 3), "differences_seconds": round(differences, 3),
        "classifier_seconds": round(end - fitting, 3),
        "seconds": round(encoding + differences + end - fitting, 3),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "largest_disagreement": disagreement,
    }))


main()
