"""Writes released.json: features that the released ImageNet discriminator gives, computed with NumPy by the definition of
a convolution, for ModelsTests.

Needs the authors' arrays. Run in this folder: RETABLE_DATA=... python released.py
"""

import glob
import json
import os

import numpy as np

import dcgan

dcgan.SIDE = 32
FOLDER = "dcgan-released-weights/models/imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"


def array(number):
    (path,) = glob.glob(os.path.join(os.environ["RETABLE_DATA"], FOLDER, f"*discrim_params.jl_{number:02}.npy"))
    return np.load(path).astype(np.float64)


def convolution(x, w, stride):
    """out[y, x] is the sum over i, j of w[i, j] in[y + 1 - i, x + 1 - j], zero outside, every `stride` pixels."""
    side, padded = x.shape[2], np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out = 0
    for i in range(3):
        for j in range(3):
            part = padded[:, :, 2 - i:2 - i + side:stride, 2 - j:2 - j + side:stride]
            out = out + np.einsum("nchw,oc->nohw", part, w[:, :, i, j], optimize=True)
    return out


def main():
    x, layers = dcgan.images(8).numpy() / 127.5 - 1, []
    for layer, stride in enumerate((1, 2, 1, 2), 1):
        first = 1 if layer == 1 else 3 * layer - 4
        x = convolution(x, array(first), stride)
        if layer > 1:
            # The eight images are the only minibatch, so its statistics are the frozen ones.
            mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
            gain, shift = (array(first + k).reshape(1, -1, 1, 1) for k in (1, 2))
            x = (x - mean) / np.sqrt(variance + 1e-8) * gain + shift
        x = np.where(x > 0, x, 0.2 * x)
        layers.append(x.reshape(8, x.shape[1], 4, x.shape[2] // 4, 4, x.shape[3] // 4).max((3, 5)).reshape(8, -1))
    joined = np.concatenate(layers, 1)
    with open("released.json", "w") as file:
        json.dump({"layers": [[float(part.sum()), float((part**2).sum())] for part in layers],
                   "third": joined[2, ::97].round(5).tolist()}, file, separators=(",", ":"))
        file.write("\n")


main()
