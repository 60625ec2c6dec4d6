"""The peers of `retable-bench kmeans`: Lloyd iterations on the same file from the same centroids by scikit-learn, its Intel
extension (oneDAL) or faiss.

The file is written by `retable-bench kmeans --samples FILE --images data_batch_1.bin`. Prints one JSON line: seconds of
one iteration (the difference of two runs, so that what a run pays once is left out), billions of operations a second,
and the inertia that the shorter run ends with.
"""

import argparse
import json
import resource
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

arguments = argparse.ArgumentParser()
arguments.add_argument("--samples", default="kmeans-samples.f32")
arguments.add_argument("--rows", type=int, default=100_000)
arguments.add_argument("--features", type=int, default=108)
arguments.add_argument("--centroids", type=int, default=1600)
arguments.add_argument("--iterations", type=int, default=5)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--peer", choices=["sklearn", "sklearnex", "faiss"], default="sklearn")
arguments.add_argument("--algorithm", choices=["lloyd", "elkan"], default="lloyd")
options = arguments.parse_args()
warnings.simplefilter("ignore", ConvergenceWarning)

data = np.fromfile(options.samples, dtype=np.float32, count=options.rows * options.features)
data = data.reshape(options.rows, options.features)


def scikit(iterations):
    if options.peer == "sklearnex":
        import daal4py
        from sklearnex.cluster import KMeans
        daal4py.daalinit(options.threads)
    else:
        from sklearn.cluster import KMeans
    # A tolerance of 0 and few iterations: neither run ends early.
    model = KMeans(options.centroids, init=data[:options.centroids], n_init=1, max_iter=iterations, tol=0,
                   algorithm=options.algorithm)

    def fit():
        model.fit(data)
        return model.inertia_

    return fit


def faiss(iterations):
    import faiss
    faiss.omp_set_num_threads(options.threads)
    model = faiss.Kmeans(options.features, options.centroids, niter=iterations, max_points_per_centroid=options.rows,
                         min_points_per_centroid=1)

    def fit():
        model.train(data, init_centroids=data[:options.centroids])
        return float(model.obj[-1])

    return fit


def run(iterations):
    fit = (faiss if options.peer == "faiss" else scikit)(iterations)
    wall, processor = time.perf_counter(), time.process_time()
    inertia = fit()
    return time.perf_counter() - wall, time.process_time() - processor, inertia


def sgemm():
    size = 2048
    a = np.ones((size, size), np.float32)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2 * size ** 3 / best / 1e9


with threadpool_limits(options.threads):
    peak = sgemm()
    few, many = run(options.iterations), run(2 * options.iterations)
seconds = (many[0] - few[0]) / options.iterations
work = 2 * options.rows * options.features * options.centroids
print(json.dumps({
    "rows": options.rows, "features": options.features, "centroids": options.centroids, "threads": options.threads,
    "peer": options.peer, "algorithm": options.algorithm, "seconds_per_iteration": seconds, "seconds": many[0],
    "processor_seconds_per_iteration": (many[1] - few[1]) / options.iterations, "gigaflops": work / seconds / 1e9,
    "sgemm_gigaflops": peak, "share_of_sgemm": work / seconds / 1e9 / peak, "inertia": few[2],
    "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
