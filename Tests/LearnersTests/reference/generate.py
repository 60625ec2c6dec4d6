"""Writes learners.json: scikit-learn's answers on small data, for LearnersTests.

Made with scikit-learn 1.9.1, numpy 2.4.6. Run in this folder: python generate.py
"""

import json

import numpy as np
from sklearn.decomposition import PCA, FastICA
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC


def numbers(array, digits=9):
    return [float(f"{value:.{digits}g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def blobs(rng, samples, features, classes, spread):
    labels = rng.integers(0, classes, samples)
    centres = rng.normal(size=(classes, features))
    points = centres[labels] + spread * rng.normal(size=(samples, features))
    return np.round(points, 3).astype(np.float32), labels


def logistic():
    x, y = blobs(np.random.default_rng(1), 80, 4, 3, 1.0)
    cases = []
    for strength in (0.1, 1.0, 100.0):
        model = LogisticRegression(C=strength, tol=1e-10, max_iter=100000).fit(x.astype(np.float64), y)
        cases.append({
            "strength": strength, "weights": numbers(model.coef_), "intercepts": numbers(model.intercept_),
            "probabilities": numbers(model.predict_proba(x.astype(np.float64))[:5]),
        })
    return {"features": numbers(x), "columns": 4, "labels": y.tolist(), "classes": 3, "cases": cases}


def binary():
    x, y = blobs(np.random.default_rng(2), 40, 2, 2, 1.0)
    model = LogisticRegression(C=1.0, tol=1e-10, max_iter=100000).fit(x.astype(np.float64), y)
    return {
        "features": numbers(x), "columns": 2, "labels": y.tolist(),
        "probabilities": numbers(model.predict_proba(x.astype(np.float64))[:, 1]),
    }


def components():
    rng = np.random.default_rng(3)
    x = np.round(rng.normal(size=(50, 3)) @ rng.normal(size=(3, 6)) + 0.1 * rng.normal(size=(50, 6)) + 5, 3)
    x = x.astype(np.float32)
    model = PCA(n_components=3, svd_solver="full").fit(x.astype(np.float64))
    # A row's largest element is made positive, whatever the library's version does about signs.
    signs = np.sign(model.components_[np.arange(3), np.abs(model.components_).argmax(axis=1)])
    return {
        "features": numbers(x), "columns": 6, "mean": numbers(model.mean_),
        "components": numbers(model.components_ * signs[:, None]), "variances": numbers(model.explained_variance_),
        "ratio": numbers(model.explained_variance_ratio_),
        "projected": numbers((model.transform(x.astype(np.float64)) * signs)[:4]),
    }


def independent():
    rng = np.random.default_rng(4)
    sources = np.column_stack([
        rng.uniform(-1, 1, 400), rng.laplace(size=400), np.sign(rng.normal(size=400)) + 0.1 * rng.normal(size=400)])
    mixed = sources @ rng.normal(size=(3, 3))
    mixed -= mixed.mean(axis=0)
    _, values, rotation = np.linalg.svd(mixed, full_matrices=False)
    white = np.round(mixed @ rotation.T / values * np.sqrt(len(mixed)), 4).astype(np.float32)
    start = rng.normal(size=(3, 3))
    model = FastICA(whiten=False, fun="logcosh", tol=1e-10, max_iter=1000, w_init=start).fit(white.astype(np.float64))
    return {
        "whitened": numbers(white), "columns": 3, "start": numbers(start), "unmixing": numbers(model.components_),
    }


def boosting():
    cases = []
    for classes, rounds, depth, spread in ((2, 10, 3, 3.0), (4, 5, 2, 2.0)):
        rng = np.random.default_rng(5 + classes)
        x, y = blobs(rng, 400, 3, classes, spread)
        test, _ = blobs(rng, 200, 3, classes, spread)
        models = [
            GradientBoostingClassifier(n_estimators=rounds, max_depth=depth, random_state=seed).fit(x, y)
            for seed in range(6)]
        # The seed only breaks ties between equally good splits; without ties there is one right answer.
        assert np.ptp([model.feature_importances_ for model in models], axis=0).max() < 1e-12
        cases.append({
            "features": numbers(x), "columns": 3, "labels": y.tolist(), "classes": classes, "rounds": rounds,
            "depth": depth, "importances": numbers(models[0].feature_importances_), "test": numbers(test),
            "predictions": models[0].predict(test).tolist(),
        })
    return cases


def machines():
    cases = []
    for classes in (2, 4):
        rng = np.random.default_rng(20 + classes)
        y = rng.integers(0, classes, 90)
        y[:20] = 0
        x = np.round(y + rng.normal(size=90), 3).astype(np.float32)
        model = LinearSVC(C=0.01, class_weight="balanced", tol=1e-12, max_iter=1000000, dual=False)
        model.fit(x.astype(np.float64)[:, None], y)
        cases.append({
            "values": numbers(x), "labels": y.tolist(), "classes": classes, "slopes": numbers(model.coef_),
            "intercepts": numbers(model.intercept_), "predictions": model.predict(x[:, None]).tolist(),
        })
    return cases


if __name__ == "__main__":
    with open("learners.json", "w") as file:
        json.dump({
            "logistic": logistic(), "binary": binary(), "pca": components(), "ica": independent(),
            "boosting": boosting(), "svm": machines(),
        }, file, separators=(",", ":"))
        file.write("\n")
