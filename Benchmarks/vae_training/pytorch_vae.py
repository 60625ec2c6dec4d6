"""The peer of the Swift benchmark: the fully connected beta-VAE of dSprites in PyTorch eager mode.

Prints one JSON line: batch, threads, updates per second (median over rounds), final loss.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


class VAE(nn.Module):
    def __init__(self, pixels: int, hidden: int, latents: int):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(),
            nn.Linear(hidden, hidden), nn.ReLU(),
            nn.Linear(hidden, 2 * latents),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latents, hidden), nn.Tanh(),
            nn.Linear(hidden, hidden), nn.Tanh(),
            nn.Linear(hidden, hidden), nn.Tanh(),
            nn.Linear(hidden, pixels),
        )

    def forward(self, images, beta: float):
        mean, log_variance = self.encoder(images).chunk(2, dim=1)
        codes = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        logits = self.decoder(codes)
        reconstruction = functional.binary_cross_entropy_with_logits(logits, images, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        return (reconstruction + beta * divergence) / images.shape[0]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--updates", type=int, default=20, help="per round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--optimiser", choices=["adagrad", "adam"], default="adagrad")
    arguments.add_argument("--fused", action="store_true", help="the optimiser's update in one kernel")
    arguments.add_argument("--compile", action="store_true", help="the loss through torch.compile")
    options = arguments.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    model = VAE(pixels=4096, hidden=1200, latents=10)
    kind = {"adagrad": torch.optim.Adagrad, "adam": torch.optim.Adam}[options.optimiser]
    rate = {"adagrad": 1e-2, "adam": 1e-3}[options.optimiser]
    optimiser = kind(model.parameters(), lr=rate, fused=options.fused or None)
    loss_of = torch.compile(model) if options.compile else model
    images = (torch.rand(8192, 4096) < 0.04).float()

    def update():
        batch = images[torch.randint(len(images), (options.batch,))]
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(batch, beta=4.0)
        loss.backward()
        optimiser.step()
        return loss

    for _ in range(5):
        update()
    speeds = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        for _ in range(options.updates):
            loss = update()
        speeds.append(options.updates / (time.perf_counter() - start))
    print(json.dumps({
        "batch": options.batch, "threads": options.threads, "optimiser": options.optimiser, "compiled": options.compile,
        "fused": options.fused,
        "updates_per_second": round(statistics.median(speeds), 2), "loss": round(loss.item(), 3),
    }))


main()
