"""Writes the .mat fixtures of SVHNTests and MATFileTests into matlab/ beside this file, with SciPy itself.

They have the layout of SVHN's format 2: the pixel of image i at (row, column, channel) is (31 i + 17 channel + 5 row +
column) mod 256; labels are 1 to 10, where 10 stands for the digit 0.
"""
import pathlib

import numpy as np
import scipy.io

HERE = pathlib.Path(__file__).resolve().parent / "matlab"
HERE.mkdir(exist_ok=True)


def images(count, side=32, dtype=np.uint8):
    row, column, channel, i = np.meshgrid(
        np.arange(side), np.arange(side), np.arange(3), np.arange(count), indexing="ij")
    return ((31 * i + 17 * channel + 5 * row + column) % 256).astype(dtype)


def labels(*values, dtype=np.uint8):
    return np.array(values, dtype=dtype).reshape(-1, 1)


def save(name, packed=True, **variables):
    path = HERE / f"{name}.mat"
    scipy.io.savemat(path, variables, do_compression=packed)
    written = path.read_bytes()
    # Without the time of day.
    path.write_bytes(b"MATLAB 5.0 MAT-file, written by SciPy".ljust(116) + written[116:])


SEVEN = (1, 2, 10, 4, 5, 10, 9)
save("packed", X=images(7), y=labels(*SEVEN))
save("plain", packed=False, X=images(7), y=labels(*SEVEN, dtype=np.float64))
save("packed-double", X=images(7), y=labels(*SEVEN, dtype=np.float64))
# MATLAB has no last dimension of one.
save("one", packed=False, X=images(1)[..., 0], y=labels(3))
save("labels-first", y=labels(1, 2), X=images(2), notes="two images", more=np.array([[1, "a"]], dtype=object))

save("other-names", images=images(2), labels=labels(1, 2))
save("int16", X=images(2, dtype=np.int16), y=labels(1, 2))
save("single-labels", X=images(2), y=labels(1, 2, dtype=np.float32))
save("cell", X=np.array([[1, "a"]], dtype=object), y=labels(1, 2))
save("side-28", X=images(2, side=28), y=labels(1, 2))
save("images-first", X=np.moveaxis(images(2), 3, 0), y=labels(1, 2))
save("none", X=images(0), y=np.zeros((0, 1), np.uint8))
save("row", X=images(2), y=labels(1, 2).T)
save("counts", X=images(3), y=labels(1, 2))
save("zero", X=images(2), y=labels(1, 0))
save("eleven", X=images(2), y=labels(11, 2, dtype=np.float64))
save("half", X=images(2), y=labels(1, 2.5, dtype=np.float64))
save("infinite", X=images(2), y=labels(np.inf, 1, dtype=np.float64))
scipy.io.savemat(HERE / "version-4.mat", {"y": labels(1, 2)}, format="4")
