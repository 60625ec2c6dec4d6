"""Writes tsvm.json: transductive SVMs and L2-SVMs with a large C by exact Newton steps in NumPy, for TSVMTests and
L2SVMEdgeTests.

Made with numpy 2.4.6. Run in this folder: python tsvm.py
"""

import json

import numpy as np

np.seterr(over="ignore")  # exp of much is infinite, and 1 / (1 + it) is 0


def numbers(array, digits=12):
    return [float(f"{value:.{digits}g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def minimise(x, up, down, w):
    """argmin |w|^2 / 2 + sum up max(0, 1 - f)^2 + down max(0, 1 + f)^2, f = x w: Newton, halving steps that fail."""
    def value(w):
        f = x @ w
        return w @ w / 2 + up @ np.maximum(0, 1 - f) ** 2 + down @ np.maximum(0, 1 + f) ** 2

    for _ in range(200):
        f = x @ w
        gradient = w + x.T @ (2 * (down * np.maximum(0, 1 + f) - up * np.maximum(0, 1 - f)))
        if gradient @ gradient <= 2e-22 * value(w):
            return w, value(w)
        curvature = 2 * (up * (f < 1) + down * (f > -1))
        step = np.linalg.solve(np.eye(len(w)) + (x.T * curvature) @ x, gradient)
        if gradient @ step <= 1e-15 * value(w):
            return w, value(w)
        length = 1.0
        while value(w - length * step) > value(w) - 1e-4 * length * (gradient @ step):
            length /= 2
        w = w - length * step
    raise RuntimeError("not converged")


class Machine:
    def __init__(self, x, y, label, share, penalty):
        """y is -1 where there is no label."""
        self.x = np.hstack([x, np.ones((len(x), 1))])
        self.known, self.free = y >= 0, y < 0
        weight = self.known / (2 * self.known.sum() * penalty)
        self.up, self.down = weight * (y == label), weight * (self.known & (y != label))
        self.penalty = penalty
        self.positives = int(np.floor(share * self.free.sum() + 0.5))
        self.w, _ = minimise(self.x, self.up, self.down, np.zeros(self.x.shape[1]))
        self.signs = self.highest()

    def free_decisions(self):
        return self.x[self.free] @ self.w

    def highest(self):
        order = np.argsort(-self.free_decisions(), kind="stable")
        signs = np.zeros(len(order), bool)
        signs[order[:self.positives]] = True
        return signs

    def optimise(self, strength, p):
        weight = strength / (2 * self.free.sum() * self.penalty)
        up, down = self.up.copy(), self.down.copy()
        up[self.free], down[self.free] = weight * p, weight * (1 - p)
        self.w, value = minimise(self.x, up, down, self.w)
        return self.penalty * value

    def settle(self, strength):
        while True:
            objective = self.optimise(strength, self.signs.astype(float))
            f = self.free_decisions()
            up = [i for i in np.argsort(f, kind="stable") if self.signs[i]]
            down = [i for i in np.argsort(-f, kind="stable") if not self.signs[i]]
            pairs = [(i, j) for i, j in zip(up, down) if f[i] < f[j]]
            if not pairs:
                return objective
            for i, j in pairs:
                self.signs[i], self.signs[j] = False, True

    def switching(self, strength):
        small = 1e-5
        while small < strength:
            self.settle(small)
            small *= 1.5
        return self.settle(strength)

    def annealing(self, strength):
        p = np.full(self.free.sum(), self.positives / self.free.sum())
        temperature = 10.0
        for _ in range(30):
            for _ in range(100):
                self.optimise(strength, p)
                f = self.free_decisions()
                h = (np.maximum(0, 1 - f) ** 2 - np.maximum(0, 1 + f) ** 2) / temperature
                low, high = h.min() - 50, h.max() + 50
                for _ in range(200):
                    level = (low + high) / 2
                    low, high = (level, high) if np.sum(1 / (1 + np.exp(h - level))) < self.positives else (low, level)
                before, p = p, 1 / (1 + np.exp(h - level))
                tiny = 1e-300
                divergence = np.mean(p * np.log(np.maximum(p, tiny) / np.maximum(before, tiny))
                                     + (1 - p) * np.log(np.maximum(1 - p, tiny) / np.maximum(1 - before, tiny)))
                if divergence <= 1e-6:
                    break
            entropy = -np.mean(p * np.log(np.maximum(p, 1e-300)) + (1 - p) * np.log(np.maximum(1 - p, 1e-300)))
            if entropy < 1e-6:
                break
            temperature /= 1.5
        self.signs = self.highest()
        return self.settle(strength)


def transductive():
    cases = []
    for seed, spread, penalty in ((1, 1.0, 0.01), (2, 1.6, 0.001), (3, 2.2, 0.1)):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 3, 150)
        centres = rng.normal(size=(3, 5))
        x = np.round(centres[truth] + spread * rng.normal(size=(150, 5)) + 0.5, 3).astype(np.float32).astype(float)
        y = np.where(np.arange(150) < 24, truth, -1)
        shares = [float(np.mean(truth[:24] == label)) for label in range(3)]
        answers = []
        for method in ("switching", "annealing"):
            for strength in (0.1, 1.0, 10.0):
                found = [Machine(x, y, label, shares[label], penalty) for label in range(3)]
                objectives = [getattr(machine, method)(strength) for machine in found]
                answers.append({
                    "method": method, "strength": strength, "objectives": numbers(objectives),
                    "signs": [machine.signs.astype(int).tolist() for machine in found],
                    "decisions": numbers([machine.x[:6] @ machine.w for machine in found], 9),
                })
        cases.append({"features": numbers(x, 9), "columns": 5, "labels": y.tolist(), "lambda": penalty, "answers": answers})
    return cases


def stiff():
    """More features than samples, of sizes from 0.001 to 1, and some labels that no weights explain: hard for a large C."""
    rng = np.random.default_rng(4)
    x = np.round(rng.normal(size=(60, 90)) * 10.0 ** rng.uniform(-3, 0, 90), 5).astype(np.float32)
    # Pairs of equal samples, some of them with two labels.
    x[50:] = x[40:50]
    y = rng.integers(0, 3, 60)
    y[:3] = [0, 1, 2]
    cases = []
    for strength in (1.0, 1e2, 1e4, 1e6):
        objectives = []
        points = np.hstack([x.astype(float), np.ones((60, 1))])
        # Over the row space, where the problem is small and better conditioned.
        _, values, basis = np.linalg.svd(points, full_matrices=False)
        basis = basis[values > 1e-10 * values[0]]
        for label in range(3):
            up = strength * (y == label)
            _, value = minimise(points @ basis.T, up, strength * (y != label), np.zeros(len(basis)))
            objectives.append(value)
        cases.append({"strength": strength, "objectives": numbers(objectives)})
    return {"features": numbers(x, 9), "columns": 90, "labels": y.tolist(), "cases": cases}


if __name__ == "__main__":
    with open("tsvm.json", "w") as file:
        json.dump({"transductive": transductive(), "stiff": stiff()}, file, separators=(",", ":"))
        file.write("\n")
