"""Writes exemplar.json: an Exemplar CNN's network, features, resampling, colours and clusters, written once more with
PyTorch, NumPy and SciPy, for ModelsTests.

Made with torch 2.13.0, numpy 2, scipy 1. Run in this folder: python exemplar.py
"""

import colorsys
import json

import numpy as np
import torch
import torch.nn.functional as F
from scipy.cluster.hierarchy import fcluster, linkage

from dcgan import images as pattern
from generate import INITIAL_WEIGHTS, Parameters, generator, sums

import dcgan

dcgan.SIDE = 32
WIDTHS, HIDDEN, CLASSES = [3, 4, 5], 6, 7


class Network:
    def __init__(self):
        p = self.p = Parameters(generator(INITIAL_WEIGHTS))
        maps = [3] + WIDTHS
        for i, deviation in enumerate([0.05, 0.02, 0.01]):
            self.layer(f"network.convolution.{i + 1}", (maps[i + 1], maps[i], 5, 5), deviation, 0.1)
        self.layer("network.hidden", (HIDDEN, 64 * WIDTHS[-1]), 0.01, 0.1)
        self.layer("network.classes", (CLASSES, HIDDEN), 0.005, 0.0)

    def layer(self, name, shape, deviation, bias):
        self.p.add(name + ".weight", torch.empty(shape).normal_(0, deviation, generator=self.p.source))
        self.p.add(name + ".bias", torch.full((shape[0],), bias))

    def convolved(self, x):
        maps = []
        for i in range(3):
            maps.append(torch.relu(self.p(f"network.convolution.{i + 1}", x, padding=2)))
            x = F.max_pool2d(maps[-1], 3, 2, ceil_mode=True) if i < 2 else maps[-1]
        return maps

    def logits(self, x):
        return self.p("network.classes", torch.relu(self.p("network.hidden", self.convolved(x)[-1].flatten(1))))

    def train(self, updates):
        """Biases learn twice as fast and do not decay; the weights' decays and the softmax's rate are the authors'."""
        decay, rate, groups = 0.004, 0.01, []
        named = self.p.named
        for name, times, factor in (("convolution.1", 1, 0), ("convolution.2", 1, 0), ("convolution.3", 1, 0.25),
                                    ("hidden", 1, 1), ("classes", 0.25, 4)):
            groups.append({"params": [named[f"network.{name}.weight"]], "lr": rate * times, "weight_decay": decay * factor})
            groups.append({"params": [named[f"network.{name}.bias"]], "lr": rate * 2})
        moves = torch.optim.SGD(groups, lr=rate, momentum=0.9)
        x = (pattern(8).float() - 120) / 256
        targets = torch.arange(8) % CLASSES
        curve = []
        first = self.logits(x).detach()
        for _ in range(updates):
            loss = F.cross_entropy(self.logits(x), targets)
            moves.zero_grad()
            loss.backward()
            moves.step()
            curve.append(loss.item())
        return {"logits": [float(v) for v in first.flatten()], "curve": curve, "weights": self.p.sums()}

    def features(self, training, count, enlargement):
        x = pattern(training).float().numpy()
        w = matrix(32, 32 * enlargement)
        x = torch.tensor(np.clip(w @ x @ w.T, 0, 255), dtype=torch.float32) if enlargement > 1 else torch.tensor(x)
        x = (x - x.mean(0)) / 256
        with torch.no_grad():
            maps = self.convolved(x)
            kernel = self.p.named["network.hidden.weight"].view(HIDDEN, -1, 8, 8)
            maps.append(torch.relu(F.conv2d(maps[-1], kernel, self.p.named["network.hidden.bias"])))
        layers = []
        for m in maps:
            if m.shape[2] > 1:
                quadrant = -(-m.shape[2] // 2)
                m = torch.stack([m[:, :, y:y + quadrant, z:z + quadrant].amax((2, 3))
                                 for y in (0, quadrant) for z in (0, quadrant)], 2)
            flat = m.flatten(1).numpy().astype(np.float64)
            layers.append(flat / np.quantile(flat, 0.9999, method="hazen"))
        joined = np.concatenate(layers, 1)[:count]
        return {"training": training, "count": count, "enlargement": enlargement, "size": joined.shape[1],
                "sums": [joined.sum(), (joined**2).sum()], "last": joined[-1, ::5].round(6).tolist()}


def matrix(source, target):
    """Bicubic resampling with a = -1/2, wider when it shrinks, mirrored at the edges."""
    scale = target / source
    stretch = min(scale, 1)
    result = np.zeros((target, source))
    for i in range(target):
        centre = (i + 0.5) / scale - 0.5
        places = np.arange(np.ceil(centre - 2 / stretch), np.floor(centre + 2 / stretch) + 1)
        t = np.abs(centre - places) * stretch
        w = np.where(t <= 1, 1.5 * t**3 - 2.5 * t**2 + 1, np.where(t < 2, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2, 0))
        for place, weight in zip(places.astype(int), w / w.sum()):
            place %= 2 * source
            result[i, place if place < source else 2 * source - 1 - place] += weight
    return result


def resamplings():
    """PyTorch's antialiased bicubic leaves out what lies beyond the edges, so only the inside is compared with it."""
    cases = []
    for source, target in ((32, 40), (32, 64), (96, 49), (40, 32)):
        w = matrix(source, target)
        line = torch.linspace(0, 1, source).square().view(1, 1, 1, -1)
        other = F.interpolate(line, (1, target), mode="bicubic", antialias=True)[0, 0, 0].numpy()
        assert np.abs(w @ line[0, 0, 0].numpy() - other)[6:-6].max() < 1e-5
        rows = [0, 1, target // 2, target - 1]
        cases.append({"source": source, "target": target, "rows": rows, "weights": w[rows].round(8).tolist()})
    return cases


def contrasts():
    """Two pixels of every pair of values, stretched to 0...1, changed in colorsys' hue, saturation and value."""
    settings = {"saturationPower": 1.7, "valuePower": 0.6, "saturationFactor": 0.8, "valueFactor": 1.2,
                "saturationOffset": 0.05, "valueOffset": -0.08, "hueOffset": -0.09}
    pixels = [[10, 200, 90], [250, 30, 40], [5, 5, 5], [60, 90, 255], [120, 120, 60], [255, 255, 255], [0, 80, 81]]
    low, high = min(map(min, pixels)), max(map(max, pixels))
    changed = []
    for pixel in pixels:
        h, s, v = colorsys.rgb_to_hsv(*[(value - low) / (high - low) for value in pixel])
        s = min(1, max(0, s ** 1.7 * 0.8 + 0.05))
        v = min(1, max(0, v ** 0.6 * 1.2 - 0.08))
        changed.append([255 * value for value in colorsys.hsv_to_rgb((h - 0.09) % 1, s, v)])
    return {"settings": settings, "pixels": pixels, "changed": changed}


def clusters():
    points = np.random.default_rng(3).random((24, 5)).round(3)
    tree = linkage(points, "average", "cosine")
    groups = {}
    for count in (1, 4, 9, 24):
        labels, numbers = fcluster(tree, count, "maxclust"), {}
        groups[str(count)] = [numbers.setdefault(label, len(numbers)) for label in labels.tolist()]
        assert len(numbers) == count
    return {"points": points.flatten().tolist(), "columns": 5, "heights": tree[:, 2].tolist(), "groups": groups}


def quantiles():
    values = np.random.default_rng(5).normal(size=600).round(4)
    return {"values": values.tolist(),
            "quantiles": [[q, float(np.quantile(values, q, method="hazen"))] for q in (0.5, 0.9, 0.99, 0.999, 1.0)]}


if __name__ == "__main__":
    torch.set_num_threads(1)
    network = Network()
    features = [network.features(20, 3, enlargement) for enlargement in (2, 1)]
    with open("exemplar.json", "w") as file:
        json.dump({
            "widths": WIDTHS, "hidden": HIDDEN, "classes": CLASSES, "features": features, "training": network.train(5),
            "resamplings": resamplings(), "contrast": contrasts(), "clusters": clusters(), "quantiles": quantiles(),
        }, file, separators=(",", ":"))
        file.write("\n")
