"""Features of CIFAR-10 with scikit-learn: whitened principal components of the pixels, of training and test images in one NumPy
archive.

    python3 features_sklearn.py outputs/features.npz [FOLDER OF THE DATA]
    retable score outputs/features.npz:train outputs/features.npz:test --table cifar10 --column accuracy

Whatever is fitted is fitted to training images, and to no labels: those are the table's.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

import cifar10


def main(output: str, data: str | None = None) -> None:
    train, test = (cifar10.images(split, data and Path(data))[0] for split in ("train", "test"))
    model = PCA(n_components=100, whiten=True, svd_solver="randomized", random_state=0)
    model.fit(pixels(train[:10000]))
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    np.savez(output, train=transformed(model, train), test=transformed(model, test))
    print(f"{len(train)} and {len(test)} rows in {output}")


def pixels(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def transformed(model, images: np.ndarray) -> np.ndarray:
    blocks = [model.transform(pixels(images[start : start + 5000])) for start in range(0, len(images), 5000)]
    return np.concatenate(blocks).astype(np.float32)


if __name__ == "__main__":
    main(*sys.argv[1:])
