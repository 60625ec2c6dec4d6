"""Writes squeezenet.json: maps of SqueezeNet v1.0, written once more in PyTorch, for ModelsTests: of arrays that follow a
formula, and of the authors' own.

Made with torch 2.13.0. Needs the authors' arrays. Run in this folder: RETABLE_DATA=... python squeezenet.py
"""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F

from generate import sums
from translation import images

FOLDER = "squeezenet-imagenet"


def shapes():
    """Of every weight, in the order of the network."""
    yield "conv1", (96, 3, 7, 7)
    inputs = 96
    for number in range(2, 10):
        squeezed = 16 * (number // 2)
        yield f"fire{number}/squeeze1x1", (squeezed, inputs, 1, 1)
        yield f"fire{number}/expand1x1", (4 * squeezed, squeezed, 1, 1)
        yield f"fire{number}/expand3x3", (4 * squeezed, squeezed, 3, 3)
        inputs = 8 * squeezed


def formula():
    arrays = {}
    for number, (name, shape) in enumerate(shapes()):
        scale = (2 / np.prod(shape[1:])) ** 0.5 / 9
        if name == "conv1":
            scale /= 64
        weight = ((np.arange(np.prod(shape)) * 7 + number * 13) % 31 - 15) * scale
        arrays[name + ".weight"] = weight.reshape(shape)
        arrays[name + ".bias"] = ((np.arange(shape[0]) + number) % 5 - 2) * 0.1
    return arrays


def maps(arrays, x, layer, side):
    def conv(name, x, stride=1, padding=0):
        weight, bias = (torch.tensor(arrays[f"{name}.{part}"], dtype=torch.float32) for part in ("weight", "bias"))
        return torch.relu(F.conv2d(x, weight, bias, stride, padding))

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    x = F.interpolate(x, size=(side, side), mode="bilinear")
    x = (x.flip(1) + 1) * 127.5 - torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
    x = pool(conv("conv1", x, 2))
    for number in range(2, 10):
        name = f"fire{number}/"
        few = conv(name + "squeeze1x1", x)
        x = torch.cat([conv(name + "expand1x1", few), conv(name + "expand3x3", few, 1, 1)], 1)
        if layer == f"fire{number}":
            return x
        if number in (4, 8):
            x = pool(x)


def described(arrays, layer, side):
    found = maps(arrays, images(2, 8, "photos"), layer, side)
    return {"layer": layer, "side": side, "shape": list(found.shape), "sums": sums(found),
            "some": [float(f"{value:.6g}") for value in found.flatten()[::found.numel() // 20].tolist()]}


if __name__ == "__main__":
    torch.set_num_threads(1)
    path = os.path.join(os.environ["RETABLE_DATA"], FOLDER, "squeezenet-v1.0-imagenet.npz")
    with np.load(path) as released:
        released = dict(released)
    with open("squeezenet.json", "w") as file:
        json.dump({"formula": [described(formula(), "fire2", 32), described(formula(), "fire5", 45)],
                   "released": [described(released, "fire8", 227), described(released, "fire9", 64)]}, file,
                  separators=(",", ":"))
        file.write("\n")
