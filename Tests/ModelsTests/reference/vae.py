"""Writes vae.json: the bounds of M1 and M2 of Kingma et al. (2014), written out in NumPy, for ModelsTests.

Weights, rows and codes follow formulas that the tests repeat. The log variances of q(z|x) and q(z2|z1, y) lie near -30,
so that a sample is its mean, and no random numbers matter. M2's sum over classes is a loop, each class joined to its
input as ones and zeros.

Made with NumPy 2.4. Run in this folder: python vae.py
"""

import json

import numpy as np


def weights(shapes):
    """Element i of the tensor that comes k-th in the order of names, both from 0: 0.8 sin(k + 0.7 i)."""
    named = {}
    for k, name in enumerate(sorted(shapes)):
        named[name] = (0.8 * np.sin(k + 0.7 * np.arange(np.prod(shapes[name])))).reshape(shapes[name])
    named["encoder.log_variance.bias"] -= 30
    return named


def rows(count, columns):
    r, c = np.arange(count)[:, None], np.arange(columns)[None, :]
    return 2 * np.cos(0.9 * r + 0.4 * c * c)


def softplus(x):
    return np.logaddexp(0, x)


def linear(w, name, x):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def gaussian(w, name, x, layers):
    for layer in range(1, layers + 1):
        x = softplus(linear(w, f"{name}.{layer}", x))
    return linear(w, name + ".mean", x), linear(w, name + ".log_variance", x)


def conditional(w, name, x, y):
    """One hidden layer over the input joined with the class."""
    joint = np.concatenate([w[f"{name}.1.weight"], w[f"{name}.classes.weight"]], axis=1)
    x = softplus(np.concatenate([x, y], axis=1) @ joint.T + w[f"{name}.1.bias"])
    return linear(w, name + ".mean", x), linear(w, name + ".log_variance", x)


def log_density(x, mean, log_variance):
    return -0.5 * (np.log(2 * np.pi) + log_variance + (x - mean) ** 2 / np.exp(log_variance)).sum(1)


def divergence(mean, log_variance):
    return 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)


def m1(inputs=4, hidden=(3, 5), latents=2, count=6):
    def mlp(name, first, last):
        widths = [first, *hidden]
        shapes = {}
        for layer in range(len(hidden)):
            shapes[f"{name}.{layer + 1}.weight"] = (widths[layer + 1], widths[layer])
            shapes[f"{name}.{layer + 1}.bias"] = (widths[layer + 1],)
        for head in ("mean", "log_variance"):
            shapes[f"{name}.{head}.weight"] = (last, widths[-1])
            shapes[f"{name}.{head}.bias"] = (last,)
        return shapes

    w = weights({**mlp("encoder", inputs, latents), **mlp("decoder", latents, inputs)})
    x = rows(count, inputs)
    mean, log_variance = gaussian(w, "encoder", x, len(hidden))
    output = gaussian(w, "decoder", mean, len(hidden))
    reconstruction = -log_density(x, *output).mean()
    kl = divergence(mean, log_variance).mean()
    return {
        "inputs": inputs, "hidden": hidden, "latents": latents, "count": count,
        "reconstruction": reconstruction, "kl": kl, "means": mean.ravel().tolist(),
        "logVariances": log_variance.ravel().tolist(), "decoded": output[0].ravel().tolist(),
    }


def m2(size=4, hidden=3, latents=2, classes=3, count=7, alpha=0.4):
    shapes = {
        "classifier.1.weight": (hidden, size), "classifier.1.bias": (hidden,),
        "classifier.scores.weight": (classes, hidden), "classifier.scores.bias": (classes,),
    }
    for name, first, last in (("encoder", size, latents), ("decoder", latents, size)):
        shapes |= {
            f"{name}.1.weight": (hidden, first), f"{name}.1.bias": (hidden,), f"{name}.classes.weight": (hidden, classes),
            f"{name}.mean.weight": (last, hidden), f"{name}.mean.bias": (last,),
            f"{name}.log_variance.weight": (last, hidden), f"{name}.log_variance.bias": (last,),
        }
    w = weights(shapes)
    z1 = rows(count, size)
    labels = np.array([2, 0, 1])
    n_labelled = len(labels)

    def bound(z1, classes_of_rows):
        y = np.eye(classes)[classes_of_rows]
        mean, log_variance = conditional(w, "encoder", z1, y)
        output = conditional(w, "decoder", mean, y)
        return -log_density(z1, *output) + np.log(classes) + divergence(mean, log_variance)

    scores = linear(w, "classifier.scores", softplus(linear(w, "classifier.1", z1)))
    log_q = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    given = bound(z1[:n_labelled], labels)
    rest, log_q_rest = z1[n_labelled:], log_q[n_labelled:]
    unknown = np.zeros(len(rest))
    for y in range(classes):
        q = np.exp(log_q_rest[:, y])
        unknown += q * bound(rest, np.full(len(rest), y))
        unknown += q * log_q_rest[:, y]
    y = np.eye(classes)[scores.argmax(1)]
    given_back = conditional(w, "decoder", conditional(w, "encoder", z1, y)[0], y)[0]
    surprise = -log_q[np.arange(n_labelled), labels]
    # As the released code weighs it: each labelled item's surprise counts beta times.
    beta = alpha * count / n_labelled
    objective = (given + beta * surprise).sum() + unknown.sum()
    return {
        "size": size, "hidden": hidden, "latents": latents, "classes": classes, "count": count, "alpha": alpha,
        "labels": labels.tolist(), "labelled": given.mean(), "unlabelled": unknown.mean(),
        "classification": surprise.mean(), "loss": objective / count, "predictions": scores.argmax(1).tolist(),
        "reconstructions": given_back.ravel().tolist(),
    }


if __name__ == "__main__":
    with open("vae.json", "w") as file:
        json.dump({"m1": m1(), "m2": m2()}, file, indent=1)
        file.write("\n")
