"""The peers of `retable-bench knn`: scikit-learn (with its Intel extension, where that is installed) and faiss's flat index.

The file is written by `retable-bench knn --samples FILE`: samples, then queries, single-precision numbers. Prints one JSON
line for each peer: seconds of the search alone, the shortest of the rounds, and how many of the neighbours are those of the
first peer.
"""

import argparse
import json
import time

import numpy as np
from threadpoolctl import threadpool_limits

arguments = argparse.ArgumentParser()
arguments.add_argument("--samples", default="knn-samples.f32")
arguments.add_argument("--rows", type=int, default=67_000)
arguments.add_argument("--queries", type=int, default=10_000)
arguments.add_argument("--features", type=int, default=600)
arguments.add_argument("--neighbours", type=int, default=20)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--peers", nargs="+", default=["sklearnex", "faiss", "sklearn"])
options = arguments.parse_args()

data = np.fromfile(options.samples, dtype=np.float32).reshape(-1, options.features)
samples, queries = data[:options.rows], data[-options.queries:]


def scikit(module):
    model = module.NearestNeighbors(n_neighbors=options.neighbours, algorithm="brute", n_jobs=options.threads)
    model.fit(samples)
    return lambda: model.kneighbors(queries)[1]


def sklearn():
    import sklearn.neighbors
    return scikit(sklearn.neighbors)


def sklearnex():
    import daal4py
    import sklearnex.neighbors
    daal4py.daalinit(options.threads)
    return scikit(sklearnex.neighbors)


def faiss():
    import faiss
    faiss.omp_set_num_threads(options.threads)
    index = faiss.IndexFlatL2(options.features)
    index.add(samples)
    return lambda: index.search(queries, options.neighbours)[1]


first = None
with threadpool_limits(options.threads):
    for peer in options.peers:
        search = {"sklearn": sklearn, "sklearnex": sklearnex, "faiss": faiss}[peer]()
        seconds, processor = float("inf"), float("inf")
        for _ in range(options.rounds):
            wall, used = time.perf_counter(), time.process_time()
            found = search()
            seconds = min(seconds, time.perf_counter() - wall)
            processor = min(processor, time.process_time() - used)
        first = found if first is None else first
        work = 2 * len(samples) * len(queries) * options.features
        print(json.dumps({
            "peer": peer, "rows": len(samples), "queries": len(queries), "features": options.features,
            "neighbours": options.neighbours, "threads": options.threads, "seconds": seconds,
            "processor_seconds": processor, "gigaflops": work / seconds / 1e9,
            "share_of_the_first_peers_neighbours": float(np.mean(found == first)),
        }), flush=True)
