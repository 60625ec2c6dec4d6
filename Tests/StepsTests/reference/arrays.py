"""Writes the files of OutsideArrayTests beside this file, with the libraries that others write theirs with: NumPy, h5py,
safetensors (and ml_dtypes for bfloat16).

The array has four rows of six numbers: (6 row + column) / 4 - 2 where the type has fractions and signs, 6 row + column
where it has no fractions, whether that is a multiple of three for truth values. As four axes it is (4, 3, 1, 2).
"""
import pathlib

import h5py
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent / "arrays"
HERE.mkdir(exist_ok=True)
whole = np.arange(24).reshape(4, 6)
halves = whole / 4 - 2
FLOATS = ("float16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def of_type(name):
    if name in FLOATS:
        return halves.astype(name)
    return whole % 3 == 0 if name == "bool" else whole.astype(name)


for name in FLOATS + INTEGERS + ("bool",):
    np.save(HERE / f"{name}.npy", of_type(name))
np.save(HERE / "fortran.npy", np.asfortranarray(halves.astype("float32")))
np.save(HERE / "fortran-4d.npy", np.asfortranarray(halves.astype("float64").reshape(4, 3, 1, 2)))
np.save(HERE / "4d.npy", halves.astype("float32").reshape(4, 3, 1, 2))
np.save(HERE / "1d.npy", halves[:, 0].astype("float32"))
np.save(HERE / "0d.npy", np.float32(1))
np.save(HERE / "empty.npy", np.zeros((0, 6), "float32"))
np.save(HERE / "big-endian.npy", halves.astype(">f4"))
np.save(HERE / "objects.npy", np.array([[{}, None]], dtype=object), allow_pickle=True)
np.save(HERE / "complex.npy", halves.astype("complex64"))
huge = halves.copy()
huge[2, 3] = 1e300
np.save(HERE / "huge.npy", huge)

np.savez(HERE / "stored.npz", c=halves.astype("float32"), f=np.asfortranarray(halves), big=halves.astype(">f8"))
np.savez_compressed(HERE / "packed.npz", c=halves.astype("float16"), f=np.asfortranarray(halves.astype("float32")))
np.savez_compressed(HERE / "one.npz", only=whole)

with h5py.File(HERE / "arrays.h5", "w") as file:
    for name in FLOATS + INTEGERS + ("bool",):
        file.create_dataset(name, data=of_type(name))
    file.create_dataset("big-endian", data=halves.astype(">f4"))
    file.create_dataset("packed/rows", data=halves.astype("float32"), chunks=(3, 2), compression="gzip", shuffle=True)
    file.create_dataset("4d", data=halves.reshape(4, 3, 1, 2))
    file.create_dataset("text", data=["a", "b"])
    file["soft"] = h5py.SoftLink("/float32")
    file["outside"] = h5py.ExternalLink("other.h5", "/float32")
    file.create_dataset("unwritten", shape=(1 << 40, 6), dtype="float32", chunks=(1024, 6))
with h5py.File(HERE / "latest.h5", "w", libver="latest") as file:
    file.create_dataset("a/group/only", data=halves.astype("float32"))
with h5py.File(HERE / "one.h5", "w") as file:
    file.create_dataset("only", data=halves.astype("float32"))
with h5py.File(HERE / "lzf.h5", "w") as file:
    # h5py's own filter, which HDF5 itself has not.
    file.create_dataset("only", data=np.zeros((4, 600), "float32"), compression="lzf")

TYPES = dict(
    BOOL="bool", I8="int8", I16="int16", I32="int32", I64="int64", U8="uint8", U16="uint16", U32="uint32", U64="uint64",
    F16="float16", F32="float32", F64="float64")
tensors = {name: of_type(kind) for name, kind in TYPES.items()}
tensors["BF16"] = halves.astype(ml_dtypes.bfloat16)
tensors["4d"] = tensors["F32"].reshape(4, 3, 1, 2)
save_file(tensors, HERE / "tensors.safetensors", metadata={"format": "np"})
save_file({"only": tensors["F32"]}, HERE / "one.safetensors")
