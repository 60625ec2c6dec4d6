"""The peer of the Swift benchmark: CycleGAN in PyTorch, after the authors' PyTorch code: both generators on
their joint loss with the discriminators as constants, then each discriminator on a real image and one of its pool.

Prints one JSON line: side, filters, threads, seconds and processor seconds per update (median over rounds), peak memory, cycle loss.
"""

import argparse
import json
import random
import resource
import time

import torch
from torch import nn


def norm(channels):
    return nn.InstanceNorm2d(channels, affine=True)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=False), norm(width)]
        self.layers = nn.Sequential(*half(), nn.ReLU(True), *half())

    def forward(self, maps):
        return maps + self.layers(maps)


def generator(width, blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=False), norm(width), nn.ReLU(True)]
    for factor in (1, 2):
        layers += [nn.Conv2d(factor * width, 2 * factor * width, 3, stride=2, padding=1, bias=False),
                   norm(2 * factor * width), nn.ReLU(True)]
    layers += [Block(4 * width) for _ in range(blocks)]
    for factor in (2, 1):
        layers += [nn.ConvTranspose2d(2 * factor * width, factor * width, 3, stride=2, padding=1, output_padding=1,
                                      bias=False), norm(factor * width), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7, bias=False), nn.Tanh())


def discriminator(width):
    layers, inputs = [nn.Conv2d(3, width, 4, 2, 2, bias=False), nn.LeakyReLU(0.2, True)], width
    for factor, stride in ((2, 2), (4, 2), (8, 1)):
        layers += [nn.Conv2d(inputs, factor * width, 4, stride, 2, bias=False), norm(factor * width),
                   nn.LeakyReLU(0.2, True)]
        inputs = factor * width
    return nn.Sequential(*layers, nn.Conv2d(inputs, 1, 4, 1, 2, bias=False))


def initialise(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.InstanceNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)


class Pool:
    def __init__(self, capacity=50):
        self.capacity, self.images = capacity, []

    def exchange(self, image):
        if len(self.images) < self.capacity:
            self.images.append(image.clone())
            return image
        if random.random() < 0.5:
            return image
        place = random.randrange(self.capacity)
        old, self.images[place] = self.images[place], image.clone()
        return old


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--side", type=int, default=64)
    arguments.add_argument("--filters", type=int, default=32)
    arguments.add_argument("--blocks", type=int, default=6)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--updates", type=int, default=8, help="per round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--channels-last", action="store_true")
    arguments.add_argument("--fused", action="store_true", help="Adam as one kernel")
    arguments.add_argument("--compile", action="store_true", help="the networks through torch.compile")
    options = arguments.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    networks = [generator(options.filters, options.blocks) for _ in range(2)]
    networks += [discriminator(options.filters) for _ in range(2)]
    for network in networks:
        network.apply(initialise)
        if options.channels_last:
            network.to(memory_format=torch.channels_last)
    if options.compile:
        networks = [torch.compile(network) for network in networks]
    g, f, judge_photos, judge_labels = networks
    adam = lambda *models: torch.optim.Adam(
        [p for model in models for p in model.parameters()], lr=2e-4, betas=(0.5, 0.999), fused=options.fused or None)
    generators, discriminators = adam(g, f), adam(judge_photos, judge_labels)
    photo_pool, label_pool = Pool(), Pool()
    images = torch.randint(0, 256, (16, 3, options.side, options.side), dtype=torch.uint8)
    mse, l1 = nn.MSELoss(), nn.L1Loss()

    def minibatch():
        image = images[torch.randint(len(images), (1,))].float() / 127.5 - 1
        return image.contiguous(memory_format=torch.channels_last) if options.channels_last else image

    def judged(scores, is_real):
        return mse(scores, torch.full_like(scores, float(is_real)))

    def constant(is_constant):
        for model in (judge_photos, judge_labels):
            for parameter in model.parameters():
                parameter.requires_grad_(not is_constant)

    def update():
        x, y = minibatch(), minibatch()
        constant(True)
        generators.zero_grad(set_to_none=True)
        photos, labels = g(x), f(y)
        forward = l1(f(photos), x)
        loss = (judged(judge_photos(photos), True) + judged(judge_labels(labels), True)
                + 10 * forward + 10 * l1(g(labels), y))
        loss.backward()
        generators.step()
        constant(False)
        discriminators.zero_grad(set_to_none=True)
        for model, real, pool, fake in ((judge_photos, y, photo_pool, photos), (judge_labels, x, label_pool, labels)):
            shown = pool.exchange(fake.detach())
            ((judged(model(real), True) + judged(model(shown), False)) * 0.5).backward()
        discriminators.step()
        return forward.item()

    for _ in range(4 if options.compile else 2):
        update()
    timings = []
    for _ in range(options.rounds):
        start = time.perf_counter(), time.process_time()
        for _ in range(options.updates):
            loss = update()
        timings.append([(end - begin) / options.updates
                        for begin, end in zip(start, (time.perf_counter(), time.process_time()))])
    seconds, processor_seconds = sorted(timings)[len(timings) // 2]
    print(json.dumps({
        "side": options.side, "filters": options.filters, "threads": options.threads,
        "seconds_per_update": round(seconds, 4), "processor_seconds_per_update": round(processor_seconds, 4),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "forward_cycle": round(loss, 4),
    }))


main()
