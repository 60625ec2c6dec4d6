"""Writes operations.json, optimisers.json and layers.json: PyTorch's answers on small tensors, for TorchTests.

Made with torch 2.13.0. Run in this folder: python generate.py
"""

import json

import torch
import torch.nn.functional as F

source = torch.Generator().manual_seed(20170424)


def normal(*shape):
    return torch.round(torch.randn(shape, generator=source) * 1000) / 1000


def positive(*shape):
    return normal(*shape).abs() + 0.1


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def described(tensor):
    return {"shape": list(tensor.shape), "elements": numbers(tensor)}


def case(name, function, *inputs):
    """The value, and the gradient of its inner product with fixed weights in every input."""
    leaves = [value.clone().requires_grad_() for value in inputs]
    output = function(*leaves)
    weights = normal(*output.shape)
    output.backward(weights)
    return {
        "name": name, "inputs": [described(leaf) for leaf in leaves], "output": described(output),
        "weights": described(weights), "gradients": [described(leaf.grad) for leaf in leaves],
    }


def passed_over(*shapes):
    """No case, but the draws of one that stood here, so that later numbers stay as they are."""
    for shape in shapes:
        normal(*shape)
    return []


def composite(x, kernel, weight, bias):
    """A little network: every kind of function that the models join."""
    hidden = F.max_pool2d(torch.relu(F.conv2d(x, kernel, padding=1)), 2).flatten(1)
    posterior = F.linear(hidden, weight, bias)
    mean, log_variance = posterior[:, :2], posterior[:, 2:]
    divergence = 0.5 * (mean**2 + log_variance.exp() - log_variance - 1)
    code = mean + (0.5 * log_variance).exp() * 0.25
    return divergence.sum(1) + F.binary_cross_entropy_with_logits(code, torch.sigmoid(mean), reduction="mean")


def operations():
    a, b = normal(2, 3), normal(2, 3)
    image = normal(2, 2, 5, 5)
    return [
        case("add", torch.add, a, b),
        case("add, broadcast", torch.add, a, normal(3)),
        case("subtract", torch.sub, a, b),
        case("multiply", torch.mul, a, b),
        case("multiply, broadcast", torch.mul, a, normal(2, 1)),
        *passed_over((2, 3), (2, 3)),
        case("add number", lambda x: x + 1.5, a),
        case("subtract number", lambda x: x - 1.5, a),
        case("multiply by number", lambda x: x * -2.5, a),
        case("negate", torch.neg, a),
        case("matrix product", torch.matmul, a, normal(3, 4)),
        case("exp", torch.exp, a),
        *passed_over((2, 3), (2, 3), (2, 3), (2, 3)),
        case("square", torch.square, a),
        *passed_over((2, 3)),
        case("clamp", lambda x: torch.clamp(x, -0.5, 0.75), normal(3, 4)),
        case("sum", torch.sum, a),
        case("mean", torch.mean, a),
        case("sum along 0", lambda x: x.sum(0), a),
        case("sum along -1, kept", lambda x: x.sum(-1, keepdim=True), a),
        case("mean along 1", lambda x: x.mean(1), a),
        case("mean along 0, kept", lambda x: x.mean(0, keepdim=True), a),
        case("relu", torch.relu, a),
        case("leaky relu", lambda x: F.leaky_relu(x, 0.2), a),
        case("tanh", torch.tanh, a),
        case("sigmoid", torch.sigmoid, a),
        case("softplus", F.softplus, torch.tensor([-100.0, -1.0, 0.0, 1.0, 100.0])),
        case("reshape", lambda x: x.reshape(3, -1), a),
        case("slice", lambda x: x[:, 1:3], a),
        case("transpose", lambda x: x.transpose(0, 1), a),
        case("concatenate", lambda x, y: torch.cat([x, y], 1), a, normal(2, 1)),
        case("linear", F.linear, a, normal(4, 3), normal(4)),
        case("linear without bias", lambda x, w: F.linear(x, w), a, normal(4, 3)),
        *passed_over((4, 3), (5,), (3, 3)),
        case("convolution", lambda x, w, c: F.conv2d(x, w, c, stride=2, padding=1), image, normal(3, 2, 3, 3), normal(3)),
        case("transposed convolution",
             lambda x, w, c: F.conv_transpose2d(x, w, c, stride=2, padding=1, output_padding=1),
             normal(2, 3, 2, 2), normal(3, 2, 3, 3), normal(2)),
        case("max pooling", lambda x: F.max_pool2d(x, 2), image),
        case("max pooling, overlapping", lambda x: F.max_pool2d(x, 3, 1), image),
        case("upsampling", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), normal(1, 2, 2, 3)),
        case("cross-entropy", lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
             torch.tensor([[-100.0, -0.5, 0.0], [0.5, 2.0, 100.0]]), torch.tensor([[0.0, 0.25, 1.0], [0.5, 1.0, 0.0]])),
        case("cross-entropy, sum", lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="sum"),
             a, torch.sigmoid(b)),
        case("cross-entropy, mean", lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="mean"),
             a, torch.sigmoid(b)),
        case("squared error", lambda x, t: F.mse_loss(x, t, reduction="none"), a, b),
        case("squared error, sum", lambda x, t: F.mse_loss(x, t, reduction="sum"), a, b),
        case("squared error, mean", lambda x, t: F.mse_loss(x, t, reduction="mean"), a, b),
        case("divergence", lambda m, v: torch.distributions.kl_divergence(
            torch.distributions.Normal(m, (v / 2).exp()),
            torch.distributions.Normal(torch.zeros(()), torch.ones(()))), a, b),
        case("composite", composite, normal(3, 1, 4, 4), normal(2, 1, 3, 3), normal(4, 8), normal(4)),
    ]


def optimiser(name, make, **settings):
    """The parameters after each of six updates; the second parameter has no gradient in the third."""
    parameters = [normal(2, 3).requires_grad_(), normal(4).requires_grad_()]
    start = [numbers(parameter) for parameter in parameters]
    moves = make(parameters)
    gradients, after = [], []
    for step in range(6):
        given = [normal(2, 3), None if step == 2 else normal(4)]
        for parameter, gradient in zip(parameters, given):
            parameter.grad = gradient
        moves.step()
        gradients.append([[] if gradient is None else numbers(gradient) for gradient in given])
        after.append([numbers(parameter) for parameter in parameters])
    return {"name": name, "settings": settings, "start": start, "gradients": gradients, "after": after}


def optimisers():
    optim = torch.optim
    return [
        optimiser("adagrad", lambda p: optim.Adagrad(p, lr=0.05), rate=0.05, accumulator=0.0, weightDecay=0.0),
        optimiser("adagrad", lambda p: optim.Adagrad(p, lr=0.05, initial_accumulator_value=0.1, weight_decay=0.01),
                  rate=0.05, accumulator=0.1, weightDecay=0.01),
        optimiser("rmsprop", lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9), rate=0.01, decay=0.9, weightDecay=0.0),
        optimiser("rmsprop", lambda p: optim.RMSprop(p, lr=0.01, alpha=0.1, weight_decay=0.05),
                  rate=0.01, decay=0.1, weightDecay=0.05),
    ] + adam()


def momentum():
    """Two groups of one parameter each; the rate falls before the fourth update."""
    cases = []
    for rate, speed, decay in ((0.05, 0.9, 0.0), (0.02, 0.5, 0.1)):
        parameters = [normal(2, 3).requires_grad_(), normal(4).requires_grad_()]
        moves = torch.optim.SGD([{"params": parameters[:1], "weight_decay": decay},
                                 {"params": parameters[1:], "lr": 2 * rate}], lr=rate, momentum=speed)
        start = [numbers(parameter) for parameter in parameters]
        gradients, after = [], []
        for step in range(6):
            for group in moves.param_groups if step == 3 else []:
                group["lr"] /= 4
            given = [normal(2, 3), None if step == 2 else normal(4)]
            for parameter, gradient in zip(parameters, given):
                parameter.grad = gradient
            moves.step()
            gradients.append([[] if gradient is None else numbers(gradient) for gradient in given])
            after.append([numbers(parameter) for parameter in parameters])
        cases.append({"name": "sgd", "settings": {"rate": rate, "momentum": speed, "weightDecay": decay},
                      "start": start, "gradients": gradients, "after": after})
    return cases


def adam():
    """Adam's bias correction counts updates of the optimiser here, of the parameter there: no gradient is missing."""
    cases = []
    for rate, beta1, decay in ((0.01, 0.9, 0.0), (0.02, 0.5, 0.1)):
        parameter = normal(2, 3).requires_grad_()
        start, gradients, after = numbers(parameter), [], []
        moves = torch.optim.Adam([parameter], lr=rate, betas=(beta1, 0.999), weight_decay=decay)
        for _ in range(6):
            parameter.grad = normal(2, 3)
            moves.step()
            gradients.append([numbers(parameter.grad)])
            after.append([numbers(parameter)])
        cases.append({"name": "adam", "settings": {"rate": rate, "beta1": beta1, "weightDecay": decay},
                      "start": [start], "gradients": gradients, "after": after})
    return cases


def later_operations():
    """Drawn after everything else, so that older numbers stay as they are."""
    image = normal(2, 2, 6, 6)
    return [
        case("max pooling over the edge", lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True), image),
        case("cross-entropy over classes",
             lambda x: F.cross_entropy(x, torch.tensor([2, 0, 2, 1]), reduction="none"), normal(4, 3)),
        case("cross-entropy over classes, mean",
             lambda x: F.cross_entropy(x, torch.tensor([2, 0, 2, 1])), 30 * normal(4, 3)),
        case("convolution, channels last", lambda x, w, c: F.conv2d(x, w, c, stride=2, padding=1), image,
             normal(3, 2, 3, 3), normal(3)),
    ]


def last_operations():
    """Drawn after everything else, again."""
    image = normal(2, 3, 4, 5)
    slopes = torch.tensor([0.25, -0.5, 2.0])
    classes = torch.tensor([[[2, 0, 255], [1, 1, 0]], [[255, 2, 2], [0, 255, 1]]])
    bilinear = lambda height, width: lambda x: F.interpolate(x, size=(height, width), mode="bilinear")
    return [
        case("relu in place", lambda x: torch.relu(x * 2), image),
        case("leaky relu in place", lambda x: F.leaky_relu(x * 2, 0.2), image),
        case("PReLU, one slope", F.prelu, image, torch.tensor([0.25])),
        case("PReLU, a slope for each channel", F.prelu, image, slopes),
        case("bilinear upsampling", bilinear(8, 7), image),
        case("bilinear upsampling to fewer pixels", bilinear(3, 5), image),
        case("reflection padding", lambda x: F.pad(x, (3, 3, 3, 3), mode="reflect"), image),
        case("instance normalisation", lambda x: F.instance_norm(x, weight=slopes, bias=slopes - 1), image),
        case("instance normalisation of one image",
             lambda x: F.instance_norm(x, weight=slopes, bias=slopes - 1), image[:1]),
        case("cross-entropy over classes of pixels",
             lambda x: F.cross_entropy(x, classes, ignore_index=255, reduction="sum"), normal(2, 3, 2, 3)),
        case("cross-entropy over classes of pixels, mean",
             lambda x: F.cross_entropy(x, classes, ignore_index=255), normal(2, 3, 2, 3)),
        case("absolute error", lambda x, t: F.l1_loss(x, t, reduction="none"), image, normal(2, 3, 4, 5)),
        case("absolute error, mean", F.l1_loss, image, normal(2, 3, 4, 5)),
    ]


def decoupled():
    """AdamW, whose decay the parameters feel whatever their gradients are."""
    cases = []
    for rate, decay in ((0.01, 0.01), (0.02, 0.5)):
        parameter = normal(2, 3).requires_grad_()
        start, gradients, after = numbers(parameter), [], []
        moves = torch.optim.AdamW([parameter], lr=rate, betas=(0.9, 0.999), weight_decay=decay)
        for _ in range(6):
            parameter.grad = normal(2, 3)
            moves.step()
            gradients.append([numbers(parameter.grad)])
            after.append([numbers(parameter)])
        cases.append({"name": "adamw", "settings": {"rate": rate, "weightDecay": decay},
                      "start": [start], "gradients": gradients, "after": after})
    return cases


def normalisation(*shape):
    """Three batches in training, then one in evaluation."""
    channels = shape[1]
    layer = torch.nn.BatchNorm2d(channels) if len(shape) == 4 else torch.nn.BatchNorm1d(channels)
    with torch.no_grad():
        layer.weight.copy_(positive(channels))
        layer.bias.copy_(normal(channels))
    batches = [normal(*shape) * (1 + i) + i for i in range(4)]
    outputs, means, variances = [], [], []
    for i, batch in enumerate(batches):
        layer.train(i < 3)
        outputs.append(described(layer(batch)))
        means.append(numbers(layer.running_mean))
        variances.append(numbers(layer.running_var))
    return {"weight": numbers(layer.weight), "bias": numbers(layer.bias),
            "batches": [described(batch) for batch in batches], "outputs": outputs, "means": means,
            "variances": variances}


def streams():
    """What a generator of libtorch draws from one seed."""
    seed = 0x9E3779B97F4A7C15
    generator = torch.Generator().manual_seed(seed)
    return {
        "seed": str(seed),
        "uniform": numbers(torch.empty(20).uniform_(-0.5, 0.25, generator=generator)),
        "normal": numbers(torch.empty(20).normal_(1.0, 2.0, generator=generator)),
        "few": numbers(torch.empty(5).normal_(0.0, 1.0, generator=generator)),
    }


def write(name, value):
    with open(name, "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    first_operations, first_optimisers = operations(), optimisers()
    write("layers.json", {"normalisation": [normalisation(4, 3), normalisation(2, 3, 2, 2)], "streams": streams()})
    more_operations, more_optimisers = later_operations(), momentum()
    write("operations.json", first_operations + more_operations + last_operations())
    write("optimisers.json", first_optimisers + more_optimisers + decoupled())
