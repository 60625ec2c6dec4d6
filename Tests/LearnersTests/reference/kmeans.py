"""Writes kmeans.json: plain NumPy and scikit-learn answers for whitening, k-means and patch features.

Made with scikit-learn 1.9.1, numpy 2.4.6. Run in this folder: python kmeans.py
"""

import json

import numpy as np
from sklearn.cluster import KMeans


def numbers(array, digits=9):
    return [float(f"{value:.{digits}g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def normalised(rows, offset):
    centred = rows - rows.mean(axis=1, keepdims=True)
    return centred / np.sqrt(rows.var(axis=1, ddof=1, keepdims=True) + offset)


def whitening(rows, epsilon):
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
    return rows.mean(axis=0), vectors @ np.diag((values + epsilon) ** -0.5) @ vectors.T


def distances(rows, centroids):
    return np.sqrt(((rows[:, None, :] - centroids[None]) ** 2).sum(axis=2))


def zca():
    rng = np.random.default_rng(1)
    rows = np.round(rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6)) + 2, 3).astype(np.float32).astype(np.float64)
    mean, matrix = whitening(rows, 0.1)
    return {
        "rows": numbers(rows), "columns": 6, "mean": numbers(mean), "matrix": numbers(matrix),
        "normalised": numbers(normalised(rows, 10)), "white": numbers((rows - mean) @ matrix)}


def lloyd():
    rng = np.random.default_rng(2)
    rows = np.round(rng.normal(size=(300, 5)) + 3 * rng.integers(0, 3, size=(300, 1)), 3)
    rows = rows.astype(np.float32).astype(np.float64)
    start = rows[:19] + 0.5
    nearest = distances(rows, start).argmin(axis=1)
    assert len(set(nearest)) == 19
    step = np.stack([rows[nearest == k].mean(axis=0) for k in range(19)])
    model = KMeans(19, init=start, n_init=1, max_iter=5, tol=0, algorithm="lloyd").fit(rows)
    assert model.n_iter_ == 5
    return {
        "rows": numbers(rows), "columns": 5, "start": numbers(start), "assignments": nearest.tolist(),
        "inertia": float((distances(rows, start).min(axis=1) ** 2).sum()), "step": numbers(step),
        "centroidsAfterFive": numbers(model.cluster_centers_), "inertiaAfterFive": float(model.inertia_)}


def views():
    rng = np.random.default_rng(3)
    rows = np.round(rng.normal(size=(120, 4)), 3).astype(np.float32).astype(np.float64)
    start = rows[::24] + 0.1
    centroids, inertia = start, []
    for _ in range(3):
        table = (distances(rows, centroids) ** 2).reshape(40, 3 * len(start))
        best = table.argmin(axis=1)
        inertia.append(float(table.min(axis=1).sum()))
        view, nearest = best // len(start), best % len(start)
        assert len(set(nearest)) == len(start)
        chosen = rows[np.arange(40) * 3 + view]
        centroids = np.stack([chosen[nearest == k].mean(axis=0) for k in range(len(start))])
    return {
        "rows": numbers(rows), "columns": 4, "views": 3, "start": numbers(start), "inertia": inertia,
        "centroids": numbers(centroids)}


def patches(image, size):
    channels, height, width = image.shape
    return np.stack([
        image[:, row:row + size, column:column + size].ravel()
        for row in range(height - size + 1) for column in range(width - size + 1)])


def encoder():
    rng = np.random.default_rng(4)
    size, edge = 4, 10
    # Smooth images, so that whitening has something to do, with one flat corner.
    images = rng.normal(size=(2, 3, edge + 2, edge + 2))
    images = sum(images[:, :, a:a + edge, b:b + edge] for a in range(3) for b in range(3))
    images = np.clip(np.round(128 + 30 * images), 0, 255).astype(np.uint8)
    images[0, :, :5, :5] = 90
    rows = np.concatenate([normalised(patches(image.astype(np.float64), size), 10) for image in images])
    mean, matrix = whitening(rows, 0.1)
    white = (rows - mean) @ matrix
    centroids = (white[rng.permutation(len(white))[:21]] + 0.3 * rng.normal(size=(21, white.shape[1])))
    centroids = np.round(centroids, 3)
    grid = edge - size + 1
    half = (grid + 1) // 2
    result = {
        "pixels": images.ravel().tolist(), "edge": edge, "size": size, "mean": numbers(mean), "matrix": numbers(matrix),
        "centroids": numbers(centroids), "patches": numbers(rows[:3])}
    for name, samples in (("triangle", white), ("triangleWithoutWhitening", rows), ("hard", white)):
        z = distances(samples, centroids)
        if name == "hard":
            responses = np.eye(len(centroids))[z.argmin(axis=1)]
        else:
            responses = np.maximum(0, z.mean(axis=1, keepdims=True) - z)
        maps = responses.reshape(2, grid, grid, -1)
        result[name] = numbers(np.stack([
            maps[:, top, left].sum(axis=(1, 2))
            for top in (slice(0, half), slice(half, None)) for left in (slice(0, half), slice(half, None))], axis=1))
    return result


def energy():
    rng = np.random.default_rng(5)
    scale = np.exp(rng.normal(size=(400, 3)))
    rows = rng.normal(size=(400, 6)) * np.repeat(scale, 2, axis=1)
    rows[:, 4] += 0.7 * rows[:, 5]
    rows = np.round(rows + 1, 3).astype(np.float32).astype(np.float64)
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    result = np.eye(6)
    for j in range(6):
        for k in range(6):
            if j != k:
                pair = z[:, [j, k]]
                values, vectors = np.linalg.eigh(pair.T @ pair / len(pair))
                white = pair @ vectors @ np.diag(values ** -0.5) @ vectors.T
                result[j, k] = np.corrcoef(white.T ** 2)[0, 1]
    return {"rows": numbers(rows), "columns": 6, "correlation": numbers(result)}


if __name__ == "__main__":
    with open("kmeans.json", "w") as file:
        json.dump({
            "zca": zca(), "lloyd": lloyd(), "views": views(), "encoder": encoder(), "energy": energy(),
        }, file, separators=(",", ":"))
        file.write("\n")
