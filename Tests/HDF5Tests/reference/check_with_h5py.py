#!/usr/bin/env python3
"""Checks with h5py that files of the HDF5 module read as intended, and writes one for the module to read.

usage: check_with_h5py.py FILE     read FILE, as Tests/HDF5Tests/ReferenceTests.swift has written it
       check_with_h5py.py --write FILE
"""

import sys

import h5py
import numpy as np


def check(path):
    with h5py.File(path, "r") as file:
        numbers = file["group/numbers"]
        assert numbers.shape == (2, 3) and numbers.dtype == np.float32, numbers
        assert numbers[()].tolist() == [[0.0, 0.5, 1.0], [1.5, 2.0, 2.5]]
        packed = file["group/packed"]
        assert packed.compression == "gzip" and packed.shuffle and packed.fletcher32, packed
        assert packed[()].tolist() == list(range(1000))
        assert file["scalar"].shape == () and file["scalar"][()] == 2**64 - 1
        assert file["flags"].dtype == np.bool_ and file["flags"][()].tolist() == [True, False]
        assert file["words"].asstr()[()].tolist() == ["plain", "", "Größe β"]
        assert file["word"].asstr()[()] == "one"
        attributes = file["group"].attrs
        assert attributes["text"] == "β-VAE" and isinstance(attributes["text"], str)
        assert list(attributes["texts"]) == ["a", "b"]
        assert attributes["number"] == 0.25 and attributes["flag"] == np.True_
        assert attributes["numbers"].dtype == np.int32 and attributes["numbers"].tolist() == [1, 2, 3]


def write(path):
    with h5py.File(path, "w") as file:
        file["numbers"] = np.arange(6, dtype=">i4").reshape(2, 3)
        file.create_dataset("packed", data=np.arange(1000.0), compression="gzip", chunks=(128,))
        file["flags"] = np.array([True, False])
        file["words"] = ["plain", "Größe β"]
        file["fixed"] = np.array([b"ab", b"abcd"])
        file["complex"] = np.array([1 + 2j])
        file.attrs["text"] = "β-VAE"
        file.create_group("later/inner")


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write(sys.argv[2])
    else:
        check(sys.argv[1])
