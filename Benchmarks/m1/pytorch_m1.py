"""The peer of `retable-bench m1`: M1 of Kingma et al. 2014, a VAE of rows of 600 real numbers, in PyTorch.

Prints one JSON line: batch, threads, updates per second (median over rounds), final loss, peak memory.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


class Gaussian(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(inputs, 500), nn.Softplus(), nn.Linear(500, 500), nn.Softplus())
        self.mean, self.log_variance = nn.Linear(500, outputs), nn.Linear(500, outputs)

    def forward(self, rows):
        units = self.hidden(rows)
        return self.mean(units), self.log_variance(units)


class M1(nn.Module):
    def __init__(self, inputs=600, latents=300):
        super().__init__()
        self.encoder, self.decoder = Gaussian(inputs, latents), Gaussian(latents, inputs)

    def forward(self, x):
        mean, log_variance = self.encoder(x)
        output, spread = self.decoder(mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean))
        surprise = functional.gaussian_nll_loss(output, x, spread.exp(), full=True, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        return (surprise + divergence) / len(x)


arguments = argparse.ArgumentParser()
arguments.add_argument("--batch", type=int, default=500)
arguments.add_argument("--threads", type=int, default=1)
arguments.add_argument("--updates", type=int, default=20, help="per round")
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--fused", action="store_true", help="Adam as one kernel")
arguments.add_argument("--compile", action="store_true", help="the loss through torch.compile")
options = arguments.parse_args()

torch.manual_seed(0)
torch.set_num_threads(options.threads)
model = M1()
optimiser = torch.optim.Adam(model.parameters(), lr=3e-4, fused=options.fused or None)
loss_of = torch.compile(model) if options.compile else model
rows = torch.randn(8 * options.batch, 600)


def update():
    batch = rows[torch.randperm(len(rows))[:options.batch]]
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of(batch)
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
    "batch": options.batch, "threads": options.threads, "compiled": options.compile, "fused": options.fused,
    "updates_per_second": round(statistics.median(speeds), 2), "loss": round(loss.item(), 3),
    "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
}))
