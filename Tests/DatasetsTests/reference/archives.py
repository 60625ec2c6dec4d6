"""Writes the .npz fixtures of NPZTests and OfficialArchiveTests beside this file, with NumPy itself.

The tiny archives have the official layout for a grid of 2 x 1 x 2 x 2 x 3 factor values; the pixel at (row, column) of
image i is 1 where (7 i + 3 row + column^2) % 5 == 0.
"""
import itertools
import pathlib
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
SIZES = (2, 1, 2, 2, 3)

classes = np.array([(0, *values) for values in itertools.product(*map(range, SIZES))], dtype=np.int64)
i, row, column = np.meshgrid(np.arange(len(classes)), np.arange(64), np.arange(64), indexing="ij")
images = ((7 * i + 3 * row + column**2) % 5 == 0).astype(np.uint8)
good = dict(
    metadata=np.array({"title": "tiny"}, dtype=object), imgs=images, latents_classes=classes,
    latents_values=classes.astype(np.float64))


def save(name, method=zipfile.ZIP_DEFLATED, **changes):
    arrays = {key: value for key, value in {**good, **changes}.items() if value is not None}
    with zipfile.ZipFile(HERE / name, "w") as archive:
        for key, value in arrays.items():
            info = zipfile.ZipInfo(key + ".npy")  # unlike numpy.savez, without the time of day
            info.compress_type = method
            with archive.open(info, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(value), allow_pickle=True)


dirty = images.copy()
dirty[5, 6, 7] = 255
swapped = classes.copy()
swapped[[3, 4]] = swapped[[4, 3]]
save("tiny.npz")
# The first three images alone, not compressed, so that a test can change their bytes: sizes (1, 1, 1, 1, 3).
save("stored.npz", zipfile.ZIP_STORED, imgs=images[:3], latents_classes=classes[:3])
save("wrong-shape.npz", imgs=images[:, :63])
save("wrong-type.npz", imgs=images.astype(np.float32))
save("not-binary.npz", imgs=dirty)
save("wrong-order.npz", latents_classes=swapped)
save("no-classes.npz", latents_classes=None)
save("scalar.npz", metadata=None, latents_values=None, imgs=np.uint8(1), latents_classes=np.int64(0))
numbers = np.array([[0, 1, 2], [3, -4, 100]])
save(
    "numbers.npz", metadata=None, imgs=None, latents_classes=None, latents_values=None,
    b1=numbers > 1, u1=abs(numbers).astype("u1"), i4=numbers.astype("<i4"), i8=numbers.astype("<i8"),
    f4=(numbers / 4).astype("<f4"), f8=(numbers / 8).astype("<f8"), I4=numbers.astype(">i4"),
    I8=numbers.astype(">i8"), F4=(numbers / 4).astype(">f4"), F8=(numbers / 8).astype(">f8"),
    scalar=np.float64(2.5), empty=np.zeros((0, 3)), line=np.arange(3), fortran=np.asfortranarray(numbers),
    half=numbers.astype("<f2"), objects=np.array([{}, None], dtype=object),
    record=np.zeros(2, dtype=[("a", "<i4"), ("b", "<f8")]), text=np.array(["a"]))
# Names of arrays with folders, as those of SqueezeNet.
nothing = dict.fromkeys(good)
save("nested.npz", **nothing, **{"conv1.bias": np.arange(3, dtype=np.float32), "fire2/squeeze1x1.bias": np.ones(2, np.float32)})
