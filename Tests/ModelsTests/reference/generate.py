"""Writes models.json: training runs of the three models, written once more in PyTorch, for ModelsTests.

The numbers of the tests' random streams are the same here: seeds of libtorch's generators come from the Philox stream
of a model's seed, and PyTorch draws from them what libtorch draws.

Made with torch 2.13.0. Run in this folder: python generate.py
"""

import json

import torch
import torch.nn.functional as F

SIDE, BATCH, SEED = 16, 8, 20170424
INITIAL_WEIGHTS, NOISE, PRIOR = 1, 2, 4


def philox(seed, stream):
    """The first 64 bits of Philox 4x32-10 with this key, at position 0 of this stream (Salmon et al. 2011)."""
    mask = 0xFFFFFFFF
    c = [0, 0, stream & mask, stream >> 32]
    k = [seed & mask, seed >> 32]
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & mask, (a >> 32) ^ c[3] ^ k[1], a & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c[1] << 32 | c[0]


def generator(purpose):
    return torch.Generator().manual_seed(philox(SEED, purpose))


def images():
    """The tests' images: row r of a batch has the same pixels whatever image was asked for."""
    rows = torch.arange(BATCH).view(-1, 1, 1)
    y = torch.arange(SIDE).view(1, -1, 1)
    x = torch.arange(SIDE).view(1, 1, -1)
    return ((x * (rows + 1) + y * 3 + rows) % 7 < 3).float().view(BATCH, -1)


def sums(tensor):
    return [float(tensor.double().sum()), float(tensor.double().square().sum())]


class Parameters:
    """Named leaves, drawn in the order in which they are asked for."""

    def __init__(self, source):
        self.source, self.named = source, {}

    def add(self, name, tensor):
        self.named[name] = tensor.requires_grad_()
        return tensor

    def layer(self, name, shape, fans, deviation=None, bias=None):
        weight = torch.empty(shape)
        if deviation is None:
            bound = (6 / sum(fans)) ** 0.5
            weight.uniform_(-bound, bound, generator=self.source)
        else:
            weight.normal_(0, deviation, generator=self.source)
        self.add(name + ".weight", weight)
        self.add(name + ".bias", torch.zeros(shape[0] if bias is None else bias))

    def linear(self, name, inputs, outputs, **options):
        self.layer(name, (outputs, inputs), (inputs, outputs), **options)

    def __call__(self, name, x, **options):
        weight, bias = self.named[name + ".weight"], self.named[name + ".bias"]
        if weight.dim() == 2:
            return F.linear(x, weight, bias)
        return F.conv2d(x, weight, bias, **options)

    def sums(self, undetermined=()):
        """For every tensor two numbers that a wrong element would change.

        A tensor is undetermined when its gradient is zero but for rounding: an adaptive optimiser blows that up.
        """
        return {name: sums(tensor.detach()) for name, tensor in self.named.items() if name not in undetermined}


def divergence(mean, log_variance):
    return 0.5 * (mean**2 + log_variance.exp() - log_variance - 1)


def beta_vae(optimiser, beta, **settings):
    hidden, latents, pixels = 12, 3, SIDE * SIDE
    p = Parameters(generator(INITIAL_WEIGHTS))
    for name, inputs, outputs in (
            ("encoder.1", pixels, hidden), ("encoder.2", hidden, hidden), ("encoder.posterior", hidden, 2 * latents),
            ("decoder.1", latents, hidden), ("decoder.2", hidden, hidden), ("decoder.3", hidden, hidden),
            ("decoder.logits", hidden, pixels)):
        p.linear(name, inputs, outputs)
    moves = optimiser(p.named.values(), **settings)
    noise, x, curve = generator(NOISE), images(), []
    for _ in range(6):
        posterior = p("encoder.posterior", torch.relu(p("encoder.2", torch.relu(p("encoder.1", x)))))
        mean, log_variance = posterior.split(latents, dim=1)
        z = mean + torch.exp(log_variance / 2) * torch.empty(BATCH, latents).normal_(generator=noise)
        for name in ("decoder.1", "decoder.2", "decoder.3"):
            z = torch.tanh(p(name, z))
        likelihood = torch.distributions.Bernoulli(logits=p("decoder.logits", z)).log_prob(x).sum(1)
        kl = divergence(mean, log_variance).sum(1)
        loss = (-likelihood + beta * kl).mean()
        moves.zero_grad()
        loss.backward()
        moves.step()
        curve.append([loss.item(), -likelihood.mean().item(), kl.mean().item()])
    return {"hidden": hidden, "latents": latents, "beta": beta, "curve": curve, "weights": p.sums()}


def dc_ign(pull, decay):
    """Minibatches of the intrinsic type only: latents 0...3 are clamped.

    The gradients of clamped latents are put in the place of the true ones by a hook, as the paper tells it.
    """
    channels, latents, clamped = [2, 3, 4], 6, 4
    start = SIDE // 8
    p = Parameters(generator(INITIAL_WEIGHTS))
    for i, (inputs, outputs) in enumerate(zip([1, 2, 3], channels)):
        p.layer(f"encoder.{i + 1}", (outputs, inputs, 3, 3), (9 * inputs, 9 * outputs))
    features = channels[2] * start * start
    p.linear("encoder.posterior", features, 2 * latents)
    p.linear("decoder.0", latents, features)
    for i, (inputs, outputs) in enumerate(zip([4, 3, 2], [3, 2, 1])):
        p.layer(f"decoder.{i + 1}", (outputs, inputs, 3, 3), (9 * inputs, 9 * outputs))
    moves = torch.optim.RMSprop(p.named.values(), lr=0.0005, alpha=0.1, weight_decay=decay)
    noise, x, curve = generator(NOISE), images(), []
    for _ in range(6):
        values = x.view(BATCH, 1, SIDE, SIDE)
        for i in range(3):
            values = F.max_pool2d(torch.relu(p(f"encoder.{i + 1}", values, padding=1)), 2)
        posterior = p("encoder.posterior", values.flatten(1))
        mean, log_variance = posterior.split(latents, dim=1)
        centre = mean.detach().mean(0)
        epsilon = torch.empty(BATCH, latents).normal_(generator=noise)
        code = torch.cat([mean[:, :clamped], (mean + (log_variance / 2).exp() * epsilon)[:, clamped:]], 1)
        offset = torch.cat([centre[:clamped] - mean.detach()[:, :clamped], torch.zeros(BATCH, latents - clamped)], 1)
        code = code + offset

        def replaced(gradient, centre=centre, mean=mean.detach()):
            own = pull * (mean - centre) / BATCH
            return torch.cat([own[:, :clamped], gradient[:, clamped:]], 1)

        code.register_hook(replaced)
        values = torch.relu(p("decoder.0", code)).view(BATCH, channels[2], start, start)
        for i in range(3):
            values = p(f"decoder.{i + 1}", F.interpolate(values, scale_factor=2, mode="nearest"), padding=1)
            values = torch.relu(values) if i < 2 else values
        reconstruction = F.binary_cross_entropy_with_logits(values.flatten(1), x, reduction="sum") / BATCH
        kl = divergence(mean, log_variance)[:, clamped:].sum() / BATCH
        moves.zero_grad()
        (reconstruction + kl).backward()
        moves.step()
        curve.append([reconstruction.item(), kl.item()])
    # The pulls of a clamped latent sum to zero over the batch.
    return {"curve": curve, "weights": p.sums(["encoder.posterior.bias"])}


class InfoGAN:
    codes, noise, hidden, channels, information, instance = 2, 3, 8, [4, 3, 2], 0.5, 0.1

    def __init__(self):
        start = SIDE // 8
        g = self.g = Parameters(generator(INITIAL_WEIGHTS))
        options = {"deviation": 0.02}
        self.norms = {}
        features = self.channels[0] * start * start
        widths = [self.codes + self.noise, self.hidden, self.hidden, features]
        for i in range(3):
            g.linear(f"generator.linear.{i}", widths[i], widths[i + 1], **options)
            self.norm(f"generator.linear_norm.{i}", widths[i + 1])
        maps = self.channels + [1]
        for i in range(3):
            g.layer(f"generator.convolution.{i}", (maps[i], maps[i + 1], 4, 4), None, bias=maps[i + 1], **options)
        for i in range(2):
            self.norm(f"generator.norm.{i}", maps[i + 1])
        maps = [1] + self.channels[::-1]
        for i in range(3):
            g.layer(f"discriminator.convolution.{i}", (maps[i + 1], maps[i], 4, 4), None, **options)
        for i in range(2):
            self.norm(f"discriminator.norm.{i}", maps[i + 2])
        g.linear("discriminator.hidden", features, self.hidden, **options)
        self.norm("discriminator.hidden_norm", self.hidden)
        g.linear("discriminator.output", self.hidden, 1, **options)
        g.linear("codes.hidden", features, 128, **options)
        self.norm("codes.norm", 128)
        g.linear("codes.output", 128, self.codes, **options)

    def norm(self, name, channels):
        self.norms[name] = (torch.zeros(channels), torch.ones(channels))
        self.g.add(name + ".weight", torch.ones(channels))
        self.g.add(name + ".bias", torch.zeros(channels))

    def normalised(self, name, x):
        mean, variance = self.norms[name]
        return F.batch_norm(x, mean, variance, self.g.named[name + ".weight"], self.g.named[name + ".bias"], True)

    def generate(self, z):
        for i in range(3):
            z = torch.relu(self.normalised(f"generator.linear_norm.{i}", self.g(f"generator.linear.{i}", z)))
        z = z.view(BATCH, self.channels[0], SIDE // 8, SIDE // 8)
        for i in range(3):
            name = f"generator.convolution.{i}"
            z = F.conv_transpose2d(z, self.g.named[name + ".weight"], self.g.named[name + ".bias"], 2, 1)
            z = torch.relu(self.normalised(f"generator.norm.{i}", z)) if i < 2 else z
        return torch.tanh(z)

    def judge(self, x):
        for i in range(3):
            x = self.g(f"discriminator.convolution.{i}", x, stride=2, padding=1)
            x = self.normalised(f"discriminator.norm.{i - 1}", x) if i > 0 else x
            x = F.leaky_relu(x, 0.2)
        x = x.flatten(1)
        h = F.leaky_relu(self.normalised("discriminator.hidden_norm", self.g("discriminator.hidden", x)), 0.2)
        q = F.leaky_relu(self.normalised("codes.norm", self.g("codes.hidden", x)), 0.2)
        return self.g("discriminator.output", h), self.g("codes.output", q)

    def train(self):
        own = [t for name, t in self.g.named.items() if name.startswith("discriminator.")]
        others = [t for name, t in self.g.named.items() if not name.startswith("discriminator.")]
        discriminator = torch.optim.Adam(own, lr=2e-3, betas=(0.5, 0.999))
        generators = torch.optim.Adam(others, lr=1e-2, betas=(0.5, 0.999))
        prior, noise = generator(PRIOR), generator(NOISE)
        real = images().view(BATCH, 1, SIDE, SIDE) * 2 - 1
        curve = []

        def noisy(x):
            return x + torch.empty(BATCH, SIDE * SIDE).normal_(0, self.instance, generator=noise).view_as(x)

        def told(found, codes):
            """-log Q(c|x) of a Gaussian with unit variance, without its constant."""
            return self.information * (0.5 * (found - codes) ** 2).sum(1).mean()

        for _ in range(4):
            z = torch.empty(BATCH, self.codes + self.noise).uniform_(-1, 1, generator=prior)
            codes = z[:, :self.codes]
            fake = self.generate(z)
            on_real, _ = self.judge(noisy(real))
            on_fake, found = self.judge(noisy(fake.detach()))
            truth = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
            discriminator.zero_grad()
            (truth + told(found, codes)).backward()
            discriminator.step()
            judged, found = self.judge(noisy(fake))
            deception = F.softplus(-judged).mean()
            information = told(found, codes)
            generators.zero_grad()
            (deception + information).backward()
            generators.step()
            curve.append([truth.item(), deception.item(), information.item()])
        # A normalisation removes the bias before it, and its running mean follows that bias.
        before = ["generator.linear.0", "generator.linear.1", "generator.linear.2", "generator.convolution.0",
                  "generator.convolution.1", "discriminator.convolution.1", "discriminator.convolution.2",
                  "discriminator.hidden", "codes.hidden"]
        variances = {name + ".running_var": sums(variance) for name, (_, variance) in self.norms.items()}
        return {"curve": curve, "weights": self.g.sums([name + ".bias" for name in before]) | variances}


if __name__ == "__main__":
    optim = torch.optim
    with open("models.json", "w") as file:
        json.dump({
            "vae": [
                beta_vae(optim.Adagrad, 4.0, lr=0.01),
                beta_vae(optim.Adagrad, 1.0, lr=0.01, initial_accumulator_value=0.1),
                beta_vae(optim.Adam, 0.5, lr=0.001),
            ],
            "dcign": dc_ign(0.01, 0.0005), "infogan": InfoGAN().train(),
        }, file, separators=(",", ":"))
        file.write("\n")
