"""k-means features of CIFAR-10 (Coates, Lee and Ng 2011) as raw files: what the L2-SVM benchmarks are run on.

Writes PREFIX.train.f32 and PREFIX.test.f32 (float32, row-major, images x 4 centroids, as pooled) and PREFIX.train.u8
and PREFIX.test.u8 (one label per byte). Plain NumPy: 50,000 images take several minutes on one core.

    RETABLE_DATA=/path/with/cifar-10-batches-bin python features.py PREFIX --images 50000 --test 10000
"""

import argparse
import os
import pathlib

import numpy as np

SIDE, PATCH = 32, 6
POSITIONS = SIDE - PATCH + 1


def images(folder, names, count):
    records = np.concatenate([np.fromfile(folder / f"{name}.bin", np.uint8).reshape(-1, 3073) for name in names])[:count]
    return records[:, 1:].reshape(-1, 3, SIDE, SIDE), records[:, 0]


def normalised(patches):
    centred = patches - patches.mean(1, keepdims=True)
    return centred / np.sqrt(centred.var(1, ddof=1, keepdims=True) + 10)


def windows(pixels):
    """images x positions x 108."""
    view = np.lib.stride_tricks.sliding_window_view(pixels, (PATCH, PATCH), axis=(2, 3))
    return view.transpose(0, 2, 3, 1, 4, 5).reshape(len(pixels), POSITIONS**2, 3 * PATCH * PATCH)


def dictionary(rng, pixels, options):
    patches = np.empty((options.patches, 108), np.float32)
    for index in range(options.patches):
        row, column = rng.integers(0, POSITIONS, 2)
        patches[index] = pixels[index % len(pixels), :, row : row + PATCH, column : column + PATCH].ravel()
    patches = normalised(patches)
    mean = patches.mean(0)
    values, vectors = np.linalg.eigh(np.cov(patches.T))
    whitening = (vectors / np.sqrt(values + 0.1)) @ vectors.T
    patches = ((patches - mean) @ whitening).astype(np.float32)
    centroids = (0.1 * rng.normal(size=(options.centroids, 108))).astype(np.float32)
    for _ in range(options.iterations):
        sums, counts = np.zeros_like(centroids), np.zeros(options.centroids)
        for block in np.array_split(patches, max(1, len(patches) // 1000)):
            nearest = (block @ centroids.T - (centroids**2).sum(1) / 2).argmax(1)
            np.add.at(sums, nearest, block)
            counts += np.bincount(nearest, minlength=options.centroids)
        empty = counts == 0
        centroids = sums / np.maximum(counts, 1)[:, None].astype(np.float32)
        centroids[empty] = patches[rng.integers(0, len(patches), empty.sum())]
    return mean.astype(np.float32), whitening.astype(np.float32), centroids


def encode(pixels, mean, whitening, centroids):
    half = (POSITIONS + 1) // 2
    squares = (centroids**2).sum(1)
    result = np.empty((len(pixels), 4 * len(centroids)), np.float32)
    for first in range(0, len(pixels), 20):
        block = windows(pixels[first : first + 20].astype(np.float32))
        patches = (normalised(block.reshape(-1, 108)) - mean) @ whitening
        distances = patches @ centroids.T
        distances *= -2
        distances += (patches**2).sum(1, keepdims=True)
        distances += squares
        np.sqrt(np.maximum(distances, 0, out=distances), out=distances)
        np.maximum(distances.mean(1, keepdims=True) - distances, 0, out=distances)
        grid = distances.reshape(len(block), POSITIONS, POSITIONS, -1)
        cells = [grid[:, rows, columns].sum((1, 2)) for rows in (slice(0, half), slice(half, None))
                 for columns in (slice(0, half), slice(half, None))]
        result[first : first + 20] = np.concatenate(cells, axis=1)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prefix")
    parser.add_argument("--images", type=int, default=50000)
    parser.add_argument("--test", type=int, default=10000)
    parser.add_argument("--centroids", type=int, default=800)
    parser.add_argument("--patches", type=int, default=100000)
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = pathlib.Path(os.environ["RETABLE_DATA"]) / "cifar-10-batches-bin"
    train, labels = images(folder, [f"data_batch_{n}" for n in range(1, 6)], options.images)
    fitted = dictionary(np.random.default_rng(options.seed), train, options)
    encode(train, *fitted).tofile(f"{options.prefix}.train.f32")
    labels.tofile(f"{options.prefix}.train.u8")
    if options.test:
        test, labels = images(folder, ["test_batch"], options.test)
        encode(test, *fitted).tofile(f"{options.prefix}.test.f32")
        labels.tofile(f"{options.prefix}.test.u8")


if __name__ == "__main__":
    main()
