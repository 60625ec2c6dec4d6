"""Writes l2svm.json: scikit-learn's LinearSVC and KNeighborsClassifier on small data, for L2SVMTests and KNNTests.

Made with scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1. Run in this folder: python l2svm.py
"""

import json

import numpy as np
from scipy.optimize import minimize
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from generate import numbers


def samples(seed, count, features, shares, shift):
    """Overlapping clouds with correlated features, off the origin; class k has its share of the samples."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(shares)), np.round(np.array(shares) * count).astype(int)))
    centres = rng.normal(size=(len(shares), features))
    mix = np.eye(features) + 0.3 * rng.normal(size=(features, features))
    points = centres[labels] + 1.5 * rng.normal(size=(len(labels), features)) @ mix + shift
    return np.round(points, 3).astype(np.float32), labels


def penalised(x, sign, strength, feature):
    # LinearSVC takes a two-class problem as it is, so every class of the rest is fitted by itself.
    model = LinearSVC(C=strength, dual=False, tol=1e-12, max_iter=1000000, intercept_scaling=feature)
    model.fit(x, sign)
    w, b = model.coef_[0], model.intercept_[0]
    loss = np.maximum(0, 1 - sign * (x @ w + b))
    return 0.5 * (w @ w + (b / feature) ** 2) + strength * loss @ loss, x @ w + b


def unpenalised(x, sign, strength):
    def objective(point):
        w, b = point[:-1], point[-1]
        loss = np.maximum(0, 1 - sign * (x @ w + b))
        pull = -2 * strength * sign * loss
        return 0.5 * w @ w + strength * loss @ loss, np.append(w + x.T @ pull, pull.sum())

    point = np.zeros(x.shape[1] + 1)
    for _ in range(20):  # restarts wipe out a poor curvature estimate
        point = minimize(objective, point, jac=True, method="BFGS", options={"gtol": 1e-11, "maxiter": 10000}).x
    return objective(point)[0], x @ point[:-1] + point[-1]


def case(name, x, y, strength, bias, standardised):
    points = x.astype(np.float64)
    if standardised:
        points = (points - points.mean(0)) / np.sqrt(points.var(0, ddof=1) + 0.01)
    objectives, decisions = [], []
    for label in np.unique(y):
        sign = np.where(y == label, 1.0, -1.0)
        value, decision = (
            unpenalised(points, sign, strength) if bias == 0 else penalised(points, sign, strength, bias))
        objectives.append(value)
        decisions.append(decision)
    return {
        "name": name, "features": numbers(x), "columns": x.shape[1], "labels": y.tolist(),
        "classes": int(y.max()) + 1, "strength": strength, "bias": bias, "standardised": standardised,
        "objectives": numbers(objectives, 12), "decisions": numbers(np.array(decisions).T[:8]),
    }


def machines():
    tall = samples(1, 150, 6, [0.4, 0.3, 0.3], 1.0)
    rare = samples(2, 120, 5, [0.8, 0.15, 0.05], -2.0)
    wide = samples(3, 24, 40, [0.5, 0.25, 0.25], 0.5)
    two = samples(4, 60, 3, [0.5, 0.5], 0.0)
    found = []
    for strength in (0.002, 0.1, 5.0):
        for standardised in (False, True):
            for bias in (1.0, 0.0):
                found.append(case("tall", *tall, strength, bias, standardised))
                found.append(case("wide", *wide, strength, bias, standardised))
    found.append(case("wide bias feature", *tall, 0.1, 10.0, False))
    found.append(case("imbalanced", *rare, 0.05, 1.0, True))
    found.append(case("imbalanced", *rare, 0.05, 0.0, False))
    found.append(case("two classes", *two, 1.0, 1.0, False))
    return found


def neighbours():
    x, y = samples(5, 200, 4, [0.4, 0.4, 0.2], 0.0)
    queries, _ = samples(5, 60, 4, [0.4, 0.4, 0.2], 0.1)
    values = [1, 5, 11]
    models = [KNeighborsClassifier(k, algorithm="brute").fit(x.astype(np.float64), y) for k in values]
    distances, indices = models[-1].kneighbors(queries.astype(np.float64))
    # scikit-learn breaks a tied vote by label, so queries with one are left out.
    clear = np.ones(len(queries), bool)
    for k in values:
        votes = np.array([np.bincount(y[row[:k]], minlength=3) for row in indices])
        clear &= (votes == votes.max(1, keepdims=True)).sum(1) == 1
    queries, distances, indices = queries[clear], distances[clear], indices[clear]
    return {
        "features": numbers(x), "queries": numbers(queries), "columns": 4, "labels": y.tolist(), "classes": 3,
        "k": values, "indices": indices.tolist(), "distances": numbers(distances),
        "predictions": [model.predict(queries.astype(np.float64)).tolist() for model in models],
    }


if __name__ == "__main__":
    with open("l2svm.json", "w") as file:
        json.dump({"machines": machines(), "neighbours": neighbours()}, file, separators=(",", ":"))
        file.write("\n")
