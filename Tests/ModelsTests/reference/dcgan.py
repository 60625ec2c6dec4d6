"""Writes dcgan.json: training runs and features of small DCGANs, written once more in PyTorch, for ModelsTests.

Seeds of libtorch's generators come from the Philox stream of a model's seed, as in generate.py, so that weights and
latents are the same numbers. Every minibatch holds all images, so that their order does not matter.

Made with torch 2.13.0. Run in this folder: python dcgan.py
"""

import json

import torch
import torch.nn.functional as F

from generate import INITIAL_WEIGHTS, PRIOR, Parameters, generator, sums

CHANNELS, SIDE = 3, 16


def images(count):
    """Bytes [count, channels, side, side]."""
    i = torch.arange(count).view(-1, 1, 1, 1)
    c = torch.arange(CHANNELS).view(1, -1, 1, 1)
    y = torch.arange(SIDE).view(1, 1, -1, 1)
    x = torch.arange(SIDE).view(1, 1, 1, -1)
    return (x * (i % 5 + 1) + y * 3 + i * 7 + c * 5) % 11 * 23


def signed(pixels):
    return pixels.float() / 127.5 - 1


class DCGAN:
    """Normalisation is written out, so that what a batch norm layer does is checked as well."""

    def __init__(self, widths, strides, kernel, latents, prior, rate):
        self.widths, self.strides, self.kernel, self.latents, self.prior = widths, strides, kernel, latents, prior
        source = generator(INITIAL_WEIGHTS)
        d, g = self.d, self.g = Parameters(source), Parameters(source)
        maps = [CHANNELS] + widths
        for i in range(len(widths)):
            self.weight(d, f"discriminator.convolution.{i + 1}", maps[i + 1], maps[i], kernel, kernel)
        for i in range(1, len(widths)):
            self.norm(d, f"discriminator.norm.{i + 1}", widths[i])
        self.weight(d, "discriminator.output", 1, widths[-1] * 16)
        self.weight(g, "generator.input", widths[-1] * 16, latents)
        self.norm(g, "generator.input_norm", widths[-1] * 16)
        maps = widths[::-1] + [CHANNELS]
        for i in range(len(widths)):
            self.weight(g, f"generator.convolution.{i + 1}", maps[i], maps[i + 1], kernel, kernel)
        for i in range(len(widths) - 1):
            self.norm(g, f"generator.norm.{i + 1}", maps[i + 1])
        options = {"lr": rate, "betas": (0.5, 0.999), "weight_decay": 1e-5}
        self.d_adam = torch.optim.Adam(d.named.values(), **options)
        self.g_adam = torch.optim.Adam(g.named.values(), **options)

    @staticmethod
    def weight(parameters, name, *shape):
        parameters.add(name + ".weight", torch.empty(shape).normal_(0, 0.02, generator=parameters.source))

    @staticmethod
    def norm(parameters, name, channels):
        parameters.add(name + ".weight", torch.empty(channels).normal_(1, 0.02, generator=parameters.source))
        parameters.add(name + ".bias", torch.zeros(channels))

    @staticmethod
    def normalised(parameters, name, x, statistics=None, seen=None):
        axes = [0] if x.dim() == 2 else [0, 2, 3]
        shape = [1, -1] + [1] * (x.dim() - 2)
        mean, variance = statistics[name] if statistics else (x.mean(axes), x.var(axes, unbiased=False))
        if seen is not None:
            seen.setdefault(name, []).append((mean.detach(), variance.detach()))
        x = (x - mean.view(shape)) / torch.sqrt(variance.view(shape) + 1e-8)
        return x * parameters.named[name + ".weight"].view(shape) + parameters.named[name + ".bias"].view(shape)

    def maps(self, x, statistics=None, seen=None):
        outputs = []
        for i, stride in enumerate(self.strides):
            x = F.conv2d(x, self.d.named[f"discriminator.convolution.{i + 1}.weight"], None, stride, self.kernel // 2)
            if i > 0:
                x = self.normalised(self.d, f"discriminator.norm.{i + 1}", x, statistics, seen)
            x = torch.maximum(x, 0.2 * x)
            outputs.append(x)
        return outputs

    def judge(self, x):
        return self.maps(x)[-1].flatten(1) @ self.d.named["discriminator.output.weight"].T

    def generate(self, z):
        x = torch.relu(self.normalised(self.g, "generator.input_norm", z @ self.g.named["generator.input.weight"].T))
        x = x.view(len(z), self.widths[-1], 4, 4)
        for i, stride in enumerate(self.strides[::-1]):
            kernel = self.g.named[f"generator.convolution.{i + 1}.weight"]
            x = F.conv_transpose2d(x, kernel, None, stride, self.kernel // 2, stride - 1)
            x = torch.relu(self.normalised(self.g, f"generator.norm.{i + 1}", x)) if i + 1 < len(self.strides) else x
        return torch.tanh(x)

    def train(self, updates, batch):
        real, prior, curve = signed(images(batch)), generator(PRIOR), []

        def latents():
            z = torch.empty(batch, self.latents)
            return z.uniform_(-1, 1, generator=prior) if self.prior == "uniform" else z.normal_(generator=prior)

        def move_generator():
            loss = -torch.log(torch.sigmoid(self.judge(self.generate(latents())))).mean()
            self.g_adam.zero_grad()
            loss.backward()
            self.g_adam.step()
            return loss.item()

        def move_discriminator():
            fake = self.generate(latents()).detach()
            on_real, on_fake = self.judge(real), self.judge(fake)
            loss = -torch.log(torch.sigmoid(on_real)).mean() - torch.log(1 - torch.sigmoid(on_fake)).mean()
            self.d_adam.zero_grad()
            loss.backward()
            self.d_adam.step()
            return [loss.item(), (on_real > 0).float().mean().item(), (on_fake < 0).float().mean().item()]

        for _ in range(updates):
            deception = move_generator()
            judgement = move_discriminator()
            curve.append([deception] + judgement)
        return {"curve": curve, "weights": self.d.sums() | self.g.sums()}

    def features(self, training, count):
        """Statistics of `training` images, then features of `count` images: sums of each layer, and the first ones."""
        x, seen = signed(images(training)), {}
        with torch.no_grad():
            for start in range(0, training - 127, 128):
                self.maps(x[start:start + 128], None, seen)
            statistics = {name: [sum(s) / len(s) for s in zip(*pairs)] for name, pairs in seen.items()}
            pooled = [F.max_pool2d(m, m.shape[2] // 4).flatten(1) for m in self.maps(signed(images(count)), statistics)]
        return {
            "training": training, "count": count, "layers": [sums(p) for p in pooled],
            "first": [round(v, 6) for v in torch.cat(pooled, 1)[1, ::7].tolist()],
        }


def run(widths, strides, kernel, latents, prior, rate, batch):
    model = DCGAN(widths, strides, kernel, latents, prior, rate)
    before = model.features(300, 3)
    trained = model.train(3, batch)
    return {"widths": widths, "strides": strides, "kernel": kernel, "latents": latents, "prior": prior, "rate": rate,
            "batch": batch, "untrained": before, "trained": model.features(300, 3)} | trained


if __name__ == "__main__":
    torch.set_num_threads(1)
    with open("dcgan.json", "w") as file:
        json.dump([
            run([3, 4, 5], [1, 2, 2], 3, 6, "uniform", 2e-4, 8),
            run([4, 3], [2, 2], 5, 5, "gaussian", 5e-4, 6),
        ], file, separators=(",", ":"))
        file.write("\n")
