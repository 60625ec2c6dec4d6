"""Writes translation.json: training runs of small translators and of a scene parser, written once more in PyTorch, for
ModelsTests.

Weights and latents are the same numbers as there, as in generate.py. Every minibatch holds all images and images are
symmetric, so that neither their order nor their flips matter.

Made with torch 2.13.0. Run in this folder: python translation.py
"""

import json
import math

import torch
import torch.nn.functional as F

from generate import INITIAL_WEIGHTS, PRIOR, generator, sums

DROPOUT = 5


def images(count, side, kind):
    """Symmetric images in -1...1, [count, 3, side, side]."""
    i = torch.arange(count).view(-1, 1, 1, 1)
    c = torch.arange(3).view(1, -1, 1, 1)
    y = torch.arange(side).view(1, 1, -1, 1)
    x = torch.minimum(torch.arange(side), side - 1 - torch.arange(side)).view(1, 1, 1, -1)
    if kind == "photos":
        pixels = (x * (i % 5 + 1) + y * 3 + i * 7 + c * 5) % 11 * 23
    else:
        pixels = (x * (i % 3 + 2) + y * 5 + i * 3 + c * 4) % 7 * 40
    return pixels.float() / 127.5 - 1


class Weights:
    """Named leaves, drawn in the order in which they are asked for, and the layers that use them."""

    def __init__(self, source, prefix):
        self.source, self.prefix, self.named = source, prefix, {}

    def leaf(self, name, tensor):
        self.named[f"{self.prefix}{name}"] = tensor.requires_grad_()

    def __getitem__(self, name):
        return self.named[self.prefix + name]

    def filters(self, name, *shape):
        self.leaf(name + ".weight", torch.empty(shape).normal_(0, 0.02, generator=self.source))

    def norm(self, name, channels):
        self.leaf(name + ".weight", torch.empty(channels).normal_(1, 0.02, generator=self.source))
        self.leaf(name + ".bias", torch.zeros(channels))

    def conv(self, name, x, stride=1, padding=0):
        return F.conv2d(x, self[name + ".weight"], None, stride, padding)

    def up(self, name, x, *options):
        return F.conv_transpose2d(x, self[name + ".weight"], None, *options)

    def normalised(self, name, x):
        return F.instance_norm(x, weight=self[name + ".weight"], bias=self[name + ".bias"], eps=1e-5)

    def sums(self):
        return {name: sums(tensor.detach()) for name, tensor in self.named.items()}


class ResNet(Weights):
    def __init__(self, source, prefix, width, blocks, side):
        super().__init__(source, prefix)
        self.blocks = blocks
        self.filters("first", width, 3, 7, 7)
        self.filters("down.1", 2 * width, width, 3, 3)
        self.filters("down.2", 4 * width, 2 * width, 3, 3)
        for block in range(1, blocks + 1):
            for part in (1, 2):
                self.filters(f"block.{block}.convolution.{part}", 4 * width, 4 * width, 3, 3)
            for part in (1, 2):
                self.norm(f"block.{block}.norm.{part}", 4 * width)
        self.filters("up.1", 4 * width, 2 * width, 3, 3)
        self.filters("up.2", 2 * width, width, 3, 3)
        self.filters("last", 3, width, 7, 7)
        for number, factor in enumerate((1, 2, 4, 2, 1)):
            self.norm(f"norm.{number + 1}", factor * width)

    def __call__(self, x):
        def padded(x, by):
            return F.pad(x, (by,) * 4, mode="reflect")

        x = torch.relu(self.normalised("norm.1", self.conv("first", padded(x, 3))))
        x = torch.relu(self.normalised("norm.2", self.conv("down.1", x, 2, 1)))
        x = torch.relu(self.normalised("norm.3", self.conv("down.2", x, 2, 1)))
        for block in range(1, self.blocks + 1):
            name = f"block.{block}."
            inner = self.normalised(name + "norm.1", self.conv(name + "convolution.1", padded(x, 1)))
            x = x + self.normalised(name + "norm.2", self.conv(name + "convolution.2", padded(torch.relu(inner), 1)))
        x = torch.relu(self.normalised("norm.4", self.up("up.1", x, 2, 1, 1)))
        x = torch.relu(self.normalised("norm.5", self.up("up.2", x, 2, 1, 1)))
        return torch.tanh(self.conv("last", padded(x, 3)))


class UNet(Weights):
    def __init__(self, source, prefix, width, blocks, side):
        super().__init__(source, prefix)
        self.depth = depth = side.bit_length() - 1
        widths = [width * min(8, 2**level) for level in range(depth)]
        maps = [3] + widths
        for level in range(depth):
            self.filters(f"down.{level + 1}", maps[level + 1], maps[level], 4, 4)
        for level in range(1, depth - 1):
            self.norm(f"down_norm.{level + 1}", widths[level])
        for number, level in enumerate(reversed(range(depth))):
            inputs = widths[level] * (1 if level == depth - 1 else 2)
            self.filters(f"up.{number + 1}", inputs, maps[level], 4, 4)
        for number, level in enumerate(reversed(range(depth - 1))):
            self.norm(f"up_norm.{number + 1}", widths[level])

    def __call__(self, x):
        skips = []
        for level in range(1, self.depth + 1):
            x = self.conv(f"down.{level}", x if level == 1 else F.leaky_relu(x, 0.2), 2, 1)
            if 1 < level < self.depth:
                x = self.normalised(f"down_norm.{level}", x)
            skips.append(x)
        skips.pop()
        for number in range(1, self.depth + 1):
            x = self.up(f"up.{number}", torch.relu(x), 2, 1)
            if number < self.depth:
                x = torch.cat([self.normalised(f"up_norm.{number}", x), skips.pop()], 1)
        return torch.tanh(x)


class Patches(Weights):
    def __init__(self, source, prefix, width, halving, channels):
        super().__init__(source, prefix)
        self.halving = halving
        widths = [width * min(8, 2**level) for level in range(halving + 1)]
        maps = [channels] + widths + [1]
        for layer in range(halving + 2):
            self.filters(f"convolution.{layer + 1}", maps[layer + 1], maps[layer], 4, 4)
        for layer in range(1, halving + 1):
            self.norm(f"norm.{layer + 1}", widths[layer])

    def __call__(self, x):
        for layer in range(self.halving + 1):
            x = self.conv(f"convolution.{layer + 1}", x, 2 if layer < self.halving else 1, 2)
            if layer > 0:
                x = self.normalised(f"norm.{layer + 1}", x)
            x = F.leaky_relu(x, 0.2)
        return self.conv(f"convolution.{self.halving + 2}", x, 1, 2)


def leaves(*networks):
    return [tensor for network in networks for tensor in network.named.values()]


def adam(networks, rate=2e-4, **options):
    return torch.optim.Adam(leaves(*networks), lr=rate, betas=(0.5, 0.999), **options)


def move(optimiser, loss, *others):
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    for other in others:
        other.zero_grad()


def falling(rate, update, updates):
    return rate * min(1, (updates - update) / (updates - round(updates / 2)))


def gan(c):
    """CycleGAN and its relatives; `c` names weights of terms, and is read by the test as a configuration."""
    source = generator(INITIAL_WEIGHTS)
    make = UNet if c["generator"] == "u-net" else ResNet
    channels = 6 if c["isConditional"] else 3
    networks = {}
    for domain in ("photos", "labels"):
        networks[domain] = make(source, f"{domain}.generator.", c["filters"], c["blocks"], c["side"])
        if c["adversarial"]:
            networks[domain + "?"] = Patches(
                source, f"{domain}.discriminator.", c["discriminatorFilters"], c["discriminatorLayers"], channels)
    g, f = networks["photos"], networks["labels"]
    generators = adam([g, f])
    discriminators = adam([networks["photos?"], networks["labels?"]]) if c["adversarial"] else None
    x, y = images(c["batch"], c["side"], "labels"), images(c["batch"], c["side"], "photos")

    def judged(scores, is_real):
        if c["adversary"] == "least-squares":
            return ((scores - float(is_real)) ** 2).mean()
        return -F.logsigmoid(scores if is_real else -scores).mean()

    def seen(image, made_of):
        return torch.cat([made_of, image], 1) if c["isConditional"] else image

    def distance(a, b):
        return (a - b).abs().mean()

    curve = []
    for update in range(4):
        rate = falling(2e-4, update, c["updates"])
        for optimiser in filter(None, (generators, discriminators)):
            optimiser.param_groups[0]["lr"] = rate
        gx, fy = g(x), f(y)
        sides = (("photos", gx, x, y), ("labels", fy, y, x))
        terms = {}
        for domain, fake, made_of, _ in sides if c["adversarial"] else ():
            terms["generator_" + domain] = judged(networks[domain + "?"](seen(fake, made_of)), True), 1
        terms["forward_cycle"] = distance(f(gx), x), c["forwardCycle"]
        terms["backward_cycle"] = distance(g(fy), y), c["backwardCycle"]
        terms["identity"] = distance(g(y), y) + distance(f(x), x), c["identity"]
        terms["pixel"] = distance(gx, x) + distance(fy, y), c["pixel"]
        terms["target"] = distance(gx, y) + distance(fy, x), c["target"]
        move(generators, sum(value * weight for value, weight in terms.values()), *filter(None, [discriminators]))
        report = {name: value.item() for name, (value, weight) in terms.items() if weight}
        if c["adversarial"]:
            losses = {}
            for domain, fake, made_of, real in sides:
                judge = networks[domain + "?"]
                losses["discriminator_" + domain] = 0.5 * (
                    judged(judge(seen(real, made_of)), True) + judged(judge(seen(fake, made_of).detach()), False))
            move(discriminators, sum(losses.values()))
            report |= {name: value.item() for name, value in losses.items()}
        curve.append(report)
    return c | {"curve": curve, "weights": g.sums() | f.sums()}


def bidirectional():
    side, batch, updates = 8, 2, 4
    source = generator(INITIAL_WEIGHTS)
    g, f = (ResNet(source, f"{domain}.generator.", 2, 1, side) for domain in ("photos", "labels"))
    judge = Patches(source, "discriminator.", 3, 1, 6)
    generators, discriminator = adam([g, f]), adam([judge])
    x, y = images(batch, side, "labels"), images(batch, side, "photos")
    curve = []
    for update in range(4):
        rate = falling(2e-4, update, updates)
        generators.param_groups[0]["lr"] = discriminator.param_groups[0]["lr"] = rate
        with_photos, with_labels = torch.cat([x, g(x)], 1), torch.cat([f(y), y], 1)
        of_g, of_f = judge(with_photos).square().mean(), (judge(with_labels) - 1).square().mean()
        move(generators, of_g + of_f, discriminator)
        loss = 0.5 * (
            (judge(with_photos.detach()) - 1).square().mean() + judge(with_labels.detach()).square().mean())
        move(discriminator, loss)
        curve.append({"generator_photos": of_g.item(), "generator_labels": of_f.item(), "discriminator": loss.item()})
    return {"curve": curve, "weights": g.sums() | f.sums()}


def coupled():
    side, batch, latents, width, judge_width, doublings = 32, 3, 5, 16, 2, 3
    source = generator(INITIAL_WEIGHTS)
    g, d = Weights(source, "generator."), Weights(source, "discriminator.")

    def slopes(network, name, channels):
        network.norm(name + ".norm", channels)
        network.leaf(name + ".slope", torch.full([1], 0.25))

    widths = [width >> level for level in range(doublings + 1)]
    g.filters("input", 16 * width, latents)
    for i in range(doublings):
        g.filters(f"shared.{i + 1}", widths[i], widths[i + 1], 4, 4)
    for i, channels in enumerate(widths):
        slopes(g, f"norm.{i + 1}", channels)
    for domain in ("photos", "labels"):
        g.filters(domain, widths[-1], 3, 3, 3)
    judges = [judge_width << level for level in range(doublings + 1)]
    kernels = [5 if layer < 3 else 3 for layer in range(doublings + 1)]
    for domain in ("photos", "labels"):
        d.filters(domain, judges[0], 3, 5, 5)
    for i in range(1, doublings + 1):
        d.filters(f"shared.{i + 1}", judges[i], judges[i - 1], kernels[i], kernels[i])
    for i, channels in enumerate(judges):
        slopes(d, f"norm.{i + 1}", channels)
    d.filters("output", 1, 4 * judges[-1])

    def bent(network, name, x):
        mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), unbiased=False, keepdim=True)
        shape = (1, -1, 1, 1)
        x = (x - mean) / (variance + 1e-5).sqrt() * network[name + ".norm.weight"].view(shape)
        x = x + network[name + ".norm.bias"].view(shape)
        return torch.where(x > 0, x, network[name + ".slope"] * x)

    prior, drops = generator(PRIOR), generator(DROPOUT)

    def made():
        z = torch.empty(batch, latents).uniform_(-1, 1, generator=prior)
        x = bent(g, "norm.1", (z @ g["input.weight"].T).view(batch, width, 4, 4))
        for i in range(doublings):
            x = bent(g, f"norm.{i + 2}", g.up(f"shared.{i + 1}", x, 2, 1))
        return [torch.tanh(g.up(domain, x, 1, 1)) for domain in ("photos", "labels")]

    def judged(photos, labels):
        x = torch.cat([d.conv("photos", photos, 2, 2), d.conv("labels", labels, 2, 2)])
        x = bent(d, "norm.1", x)
        for i in range(1, doublings + 1):
            x = bent(d, f"norm.{i + 1}", d.conv(f"shared.{i + 1}", x, 2, kernels[i] // 2))
            if 1 < i < doublings:
                rate = 0.1 if i == 2 else 0.3
                x = x * torch.empty(x.shape).bernoulli_(1 - rate, generator=drops) / (1 - rate)
        return (x.flatten(1) @ d["output.weight"].T).split(batch)

    generators, discriminators = adam([g], weight_decay=1e-4), adam([d], weight_decay=1e-4)
    # Units are dropped by position, so here all images are one.
    photos, labels = (images(1, side, kind).expand(batch, -1, -1, -1) for kind in ("photos", "labels"))
    curve = []
    for _ in range(3):
        fakes = [fake.detach() for fake in made()]
        real, fake = judged(photos, labels), judged(*fakes)
        losses = [-F.logsigmoid(r).mean() - F.logsigmoid(-f).mean() for r, f in zip(real, fake)]
        move(discriminators, sum(losses))
        deceptions = [-F.logsigmoid(scores).mean() for scores in judged(*made())]
        move(generators, sum(deceptions), discriminators)
        names = ["discriminator_photos", "discriminator_labels", "generator_photos", "generator_labels"]
        curve.append({name: value.item() for name, value in zip(names, losses + deceptions)})
    return {"curve": curve, "weights": g.sums()}


def parser():
    side, read, batch, width, classes, updates = 8, 32, 3, 2, 4, 4
    source = generator(INITIAL_WEIGHTS)
    w = Weights(source, "")
    widths = [factor * width for factor in (1, 2, 4, 8, 8)]
    inputs = 3
    for stage, channels in enumerate(widths):
        for part in (1, 2):
            name = f"stage.{stage + 1}.{part}"
            deviation = (2 / (9 * inputs)) ** 0.5
            w.leaf(name + ".weight", torch.empty(channels, inputs, 3, 3).normal_(0, deviation, generator=source))
            w.leaf(name + ".norm.weight", torch.ones(channels))
            w.leaf(name + ".norm.bias", torch.zeros(channels))
            inputs = channels
    for number, channels in enumerate(widths[2:]):
        name = f"head.{number + 3}"
        weight = torch.empty(classes, channels, 1, 1).normal_(0, (1 / channels) ** 0.5, generator=source)
        w.leaf(name + ".weight", weight)
        w.leaf(name + ".bias", torch.zeros(classes))

    def scores(x):
        maps = []
        for stage in range(5):
            x = F.max_pool2d(x, 2) if stage else x
            for part in (1, 2):
                name = f"stage.{stage + 1}.{part}"
                x = F.batch_norm(w.conv(name, x, 1, 1), None, None, w[name + ".norm.weight"], w[name + ".norm.bias"], True)
                x = torch.relu(x)
            maps.append(x)
        total = None
        for number in (5, 4, 3):
            x = F.conv2d(maps[number - 1], w[f"head.{number}.weight"], w[f"head.{number}.bias"])
            total = x if total is None else x + F.interpolate(total, size=x.shape[2:], mode="bilinear")
        return F.interpolate(total, size=(read, read), mode="bilinear")

    photos = F.interpolate(images(batch, side, "photos"), size=(read, read), mode="bilinear")
    rows = torch.arange(read).view(1, -1, 1)
    half = torch.minimum(torch.arange(read), read - 1 - torch.arange(read)).view(1, 1, -1)
    truth = (rows // 8 + half // 6 + torch.arange(batch).view(-1, 1, 1)) % 5
    truth[truth == 4] = 255
    optimiser = torch.optim.AdamW(w.named.values(), lr=2e-3, weight_decay=1e-2)
    curve = []
    for update in range(4):
        rate = 2e-3 * 0.5 * (1 + math.cos(math.pi * update / updates))
        optimiser.param_groups[0]["lr"] = rate
        loss = F.cross_entropy(scores(photos), truth, ignore_index=255)
        move(optimiser, loss)
        curve.append({"loss": loss.item()})
    return {"curve": curve, "weights": w.sums()}


DEFAULTS = {
    "generator": "resnet", "filters": 2, "blocks": 1, "discriminatorFilters": 3, "discriminatorLayers": 1, "side": 8,
    "adversarial": True, "adversary": "least-squares", "forwardCycle": 0, "backwardCycle": 0, "identity": 0, "pixel": 0,
    "target": 0, "isPaired": False, "isConditional": False, "batch": 1, "updates": 4,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    runs = [
        gan(DEFAULTS | {"blocks": 2, "side": 16, "discriminatorLayers": 2, "forwardCycle": 10, "backwardCycle": 5}),
        gan(DEFAULTS | {"batch": 3, "identity": 2, "pixel": 3, "adversary": "cross-entropy"}),
        gan(DEFAULTS | {"generator": "u-net", "side": 16, "batch": 2, "target": 10, "isPaired": True,
                        "isConditional": True, "discriminatorLayers": 3}),
        gan(DEFAULTS | {"adversarial": False, "forwardCycle": 10, "backwardCycle": 10}),
    ]
    with open("translation.json", "w") as file:
        json.dump({"gan": runs, "bidirectional": bidirectional(), "coupled": coupled(), "parser": parser()}, file,
                  separators=(",", ":"))
        file.write("\n")
