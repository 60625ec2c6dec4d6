"""The peer of `retable-bench tsvm`: transductive SVMs in the style of SVMlin, in NumPy.

Each one-versus-rest machine is a modified finite Newton method whose steps are regularised least squares over the active
samples, solved by conjugate gradients (CGLS), with an exact line search; signs of unlabelled samples are exchanged in pairs
while lambda' grows from 1e-5 by half at a time (Sindhwani and Keerthi 2006). Double precision, machines one after another, every
product with the samples through BLAS. Prints one JSON line. The file is written by `retable-bench tsvm --samples FILE`.
"""

import argparse
import json
import resource
import time

import numpy as np
from threadpoolctl import threadpool_limits

arguments = argparse.ArgumentParser()
arguments.add_argument("--samples", default="tsvm-samples.f32")
arguments.add_argument("--rows", type=int, default=20_000)
arguments.add_argument("--labelled", type=int, default=1000)
arguments.add_argument("--features", type=int, default=600)
arguments.add_argument("--lambda", dest="penalty", type=float, default=0.01)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--machines", type=int, default=10, help="of the ten; the seconds are multiplied up")
options = arguments.parse_args()

x = np.fromfile(options.samples, dtype=np.float32).reshape(-1, options.features)[:options.rows].astype(np.float64)
x = np.hstack([x, np.ones((len(x), 1))])
classes = np.arange(options.rows) % 10
known = np.arange(options.rows) < options.labelled


def least_squares(active, y, cost, w, f, precision):
    """CGLS: argmin lambda/2 |w|^2 + 1/2 sum over active of cost (y - f)^2, from w with decisions f."""
    rows = x[active]
    c = cost[active]
    residual = c * (y[active] - f[active])
    gradient = rows.T @ residual - options.penalty * w
    direction, size, first = gradient.copy(), gradient @ gradient, None
    w, done = w.copy(), rows @ w
    for _ in range(10_000):
        q = rows @ direction
        step = size / (options.penalty * (direction @ direction) + q @ (c * q))
        w += step * direction
        done += step * q
        gradient = rows.T @ (c * (y[active] - done)) - options.penalty * w
        before, size = size, gradient @ gradient
        if size < precision ** 2 * (done @ (c * done) + options.penalty * (w @ w)):
            break
        direction = gradient + size / before * direction
    return w


def line_search(w, f, w_bar, f_bar, y, cost):
    """The length at which the derivative along w_bar - w vanishes: piecewise linear, kinks in order."""
    dw, df = w_bar - w, f_bar - f
    left = options.penalty * (w @ dw)
    right = options.penalty * (w_bar @ dw)
    on = y * f < 1
    left += (cost[on] * (f[on] - y[on])) @ df[on]
    right += (cost[on] * (f_bar[on] - y[on])) @ df[on]
    moving = y * df
    with np.errstate(divide="ignore", invalid="ignore"):
        kinks = (1 - y * f) / moving
    crossing = np.where((on & (moving > 0)) | (~on & (moving < 0)))[0]
    for i in crossing[np.argsort(kinks[crossing])]:
        slope = right - left
        if left + kinks[i] * slope >= 0:
            break
        sign = -1 if on[i] else 1
        left += sign * cost[i] * (f[i] - y[i]) * df[i]
        right += sign * cost[i] * (f_bar[i] - y[i]) * df[i]
    return -left / (right - left)


def minimise(y, cost, w, epsilon=1e-6):
    f = x @ w
    precision = 5e-3
    for _ in range(500):
        active = np.where((y * f < 1) & (cost > 0))[0]
        w_bar = least_squares(active, y, cost, w, f, precision)
        f_bar = x @ w_bar
        inside = np.zeros(len(y), bool)
        inside[active] = True
        if np.all(y[inside] * f_bar[inside] <= 1 + epsilon) and np.all((y * f_bar)[~inside & (cost > 0)] >= 1 - epsilon):
            if precision <= epsilon:
                return w_bar, f_bar
            w, f, precision = w_bar, f_bar, epsilon
            continue
        length = line_search(w, f, w_bar, f_bar, y, cost)
        w = w + length * (w_bar - w)
        f = f + length * (f_bar - f)
    raise RuntimeError("not converged")


def objective(w, f, y, cost):
    return options.penalty / 2 * (w @ w) + cost @ np.maximum(0, 1 - y * f) ** 2 / 2


def machine(label):
    y = np.where(classes == label, 1.0, -1.0)
    free = np.where(~known)[0]
    cost = np.where(known, 1 / options.labelled, 0.0)
    w, f = minimise(y, cost, np.zeros(x.shape[1]))
    positives = round(np.mean(y[known] > 0) * len(free))
    y[free] = -1.0
    y[free[np.argsort(-f[free], kind="stable")[:positives]]] = 1.0
    exchanges, strength = 0, 1e-5
    while True:
        cost[free] = min(strength, 1.0) / len(free)
        while True:
            w, f = minimise(y, cost, w)
            up = [i for i in free[np.argsort(f[free], kind="stable")] if y[i] > 0]
            down = [i for i in free[np.argsort(-f[free], kind="stable")] if y[i] < 0]
            pairs = [(i, j) for i, j in zip(up, down) if f[i] < f[j]]
            if not pairs:
                break
            for i, j in pairs:
                y[i], y[j] = -1.0, 1.0
            exchanges += len(pairs)
        if strength >= 1:
            return f, objective(w, f, y, cost), exchanges
        strength *= 1.5


with threadpool_limits(options.threads):
    began, used = time.perf_counter(), time.process_time()
    found = [machine(label) for label in range(options.machines)]
    share = options.machines / 10
    line = {
        "peer": "numpy-svmlin", "rows": options.rows, "labelled": options.labelled, "threads": options.threads,
        "seconds": (time.perf_counter() - began) / share, "processor_seconds": (time.process_time() - used) / share,
        "scaled_up": options.machines < 10, "objective": sum(value for _, value, _ in found) / share,
        "exchanges": sum(count for _, _, count in found) / share,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if options.machines == 10:
        answers = np.stack([decisions for decisions, _, _ in found]).argmax(0)
        line["accuracy_of_unlabelled"] = float(np.mean(answers[~known] == classes[~known]))
    print(json.dumps(line))
