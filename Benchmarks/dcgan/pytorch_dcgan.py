"""The peer of the Swift benchmark: the 32 x 32 DCGAN of Radford et al. in PyTorch eager mode, one minibatch for the
generator, the next for the discriminator.

Prints one JSON line: widths, batch, threads, training images per second (median over rounds), final loss.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


class Discriminator(nn.Module):
    def __init__(self, widths):
        super().__init__()
        layers, inputs = [], 3
        for position, width in enumerate(widths):
            layers.append(nn.Conv2d(inputs, width, 3, stride=position % 2 + 1, padding=1, bias=False))
            if position > 0:
                layers.append(nn.BatchNorm2d(width, eps=1e-8))
            layers.append(nn.LeakyReLU(0.2))
            inputs = width
        self.features = nn.Sequential(*layers)
        self.output = nn.Linear(16 * widths[-1], 1, bias=False)

    def forward(self, images):
        return self.output(self.features(images).flatten(1))


class Generator(nn.Module):
    def __init__(self, widths, latents):
        super().__init__()
        self.start = widths[-1]
        self.input = nn.Sequential(
            nn.Linear(latents, 16 * self.start, bias=False), nn.BatchNorm1d(16 * self.start, eps=1e-8), nn.ReLU())
        maps = list(widths[::-1]) + [3]
        layers = []
        for position, (inputs, outputs) in enumerate(zip(maps, maps[1:])):
            stride = 2 - position % 2
            layers.append(nn.ConvTranspose2d(
                inputs, outputs, 3, stride=stride, padding=1, output_padding=stride - 1, bias=False))
            last = position == len(widths) - 1
            layers += [nn.Tanh()] if last else [nn.BatchNorm2d(outputs, eps=1e-8), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, latents):
        return self.layers(self.input(latents).view(len(latents), self.start, 4, 4))


def initialise(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        nn.init.normal_(module.weight, 1, 0.02)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--widths", default="32,32,64,64,128,128")
    arguments.add_argument("--batch", type=int, default=128)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--updates", type=int, default=4, help="per round; each takes two minibatches")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--channels-last", action="store_true")
    arguments.add_argument("--fused", action="store_true")
    options = arguments.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    widths, latents = [int(width) for width in options.widths.split(",")], 256
    discriminator = Discriminator(widths).apply(initialise)
    generator = Generator(widths, latents).apply(initialise)
    if options.channels_last:
        discriminator.to(memory_format=torch.channels_last)
        generator.to(memory_format=torch.channels_last)
    adams = [
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999), weight_decay=1e-5, fused=options.fused or None)
        for network in (generator, discriminator)
    ]
    images = torch.randint(0, 256, (4 * options.batch, 3, 32, 32), dtype=torch.uint8)
    ones, zeros = torch.ones(options.batch, 1), torch.zeros(options.batch, 1)
    loss_of = functional.binary_cross_entropy_with_logits

    def latent():
        return torch.rand(options.batch, latents) * 2 - 1

    def update():
        adams[0].zero_grad(set_to_none=True)
        loss_of(discriminator(generator(latent())), ones).backward()
        adams[0].step()

        real = images[torch.randint(len(images), (options.batch,))].float() / 127.5 - 1
        if options.channels_last:
            real = real.contiguous(memory_format=torch.channels_last)
        adams[1].zero_grad(set_to_none=True)
        fake = generator(latent()).detach()
        loss = loss_of(discriminator(real), ones) + loss_of(discriminator(fake), zeros)
        loss.backward()
        adams[1].step()
        return loss

    update()
    speeds = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        for _ in range(options.updates):
            loss = update()
        speeds.append(2 * options.batch * options.updates / (time.perf_counter() - start))
    print(json.dumps({
        "widths": options.widths, "batch": options.batch, "threads": options.threads,
        "images_per_second": round(statistics.median(speeds), 2), "loss": round(loss.item(), 4),
    }))


main()
