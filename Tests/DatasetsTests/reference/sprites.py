"""Known answers for SpriteTests: SHA-256 over packed images, drawn with NumPy on the full 64 x 64 lattice.

usage: python3 sprites.py            prints the digest of the test's selection and of every shape in it
       python3 sprites.py --all      prints the digest and the on fraction of all 737,280 images (minutes)
"""
import hashlib
import itertools
import sys

import numpy as np

ROW, COLUMN = np.mgrid[0:64, 0:64] + 0.5
SELECTION = ([0, 1, 2], [0, 3, 5], [0, 1, 7, 19, 20, 33, 39], [0, 5, 16, 31], [0, 11, 30, 31])


def heart_edge(cosine):
    angle = np.arccos(cosine)
    return -1.435 - 0.662 * (13 * cosine - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle))


def inside(shape, u, v):
    if shape == 0:
        return np.maximum(abs(u), abs(v)) <= 9.6
    if shape == 1:
        return np.hypot(u / 12.77, v / 7.21) <= 1
    sine = np.cbrt(np.minimum(abs(u) / 9.595, 1))
    cosine = np.sqrt(1 - sine**2)
    return (abs(u) <= 9.595) & (heart_edge(cosine) <= v) & (v <= heart_edge(-cosine))


def draw(shape, scale, orientation, x, y):
    angle = 2 * np.pi * (orientation % 39) / 39
    dx, dy = COLUMN - (16 + 32 * x / 31), ROW - (16 + 32 * y / 31)
    size = 0.5 + 0.1 * scale
    u = (dx * np.cos(angle) - dy * np.sin(angle)) / size
    v = (dx * np.sin(angle) + dy * np.cos(angle)) / size
    return inside(shape, u, v)


def packed(selection):
    on, digest = 0, hashlib.sha256()
    for values in itertools.product(*selection):
        image = draw(*values)
        on += int(image.sum())
        digest.update(np.packbits(image, bitorder="little").tobytes())
    return digest.hexdigest(), on


if __name__ == "__main__" and sys.argv[1:] == ["--all"]:
    digest, on = packed([range(n) for n in (3, 6, 40, 32, 32)])
    print("all", digest, on, on / (737280 * 4096))
elif __name__ == "__main__":
    print("selection", *packed(SELECTION))
    for shape in range(3):
        print("shape", shape, *packed(([shape],) + SELECTION[1:]))
