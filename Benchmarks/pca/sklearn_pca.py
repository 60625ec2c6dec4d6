"""The peers of `retable-bench pca`: scikit-learn's PCA, with its Intel extension (oneDAL) and without.

The file is written by `retable-bench pca --samples FILE`. Prints one JSON line for each peer: seconds of the fit alone, the
shortest of the rounds, with the covariance's eigenvectors as the solver, and the variances that it finds.
"""

import argparse
import json
import resource
import time

import numpy as np
from threadpoolctl import threadpool_limits

arguments = argparse.ArgumentParser()
arguments.add_argument("--samples", default="pca-samples.f32")
arguments.add_argument("--rows", type=int, default=50_000)
arguments.add_argument("--features", type=int, default=4096)
arguments.add_argument("--components", type=int, default=10)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--double", action="store_true", help="in double precision; the copy is not timed")
arguments.add_argument("--peers", nargs="+", choices=["sklearnex", "sklearn"], default=["sklearnex", "sklearn"])
options = arguments.parse_args()

data = np.fromfile(options.samples, dtype=np.float32, count=options.rows * options.features)
data = data.reshape(options.rows, options.features)
if options.double:
    data = data.astype(np.float64)


def sklearn():
    from sklearn.decomposition import PCA
    return PCA


def sklearnex():
    import daal4py
    from sklearnex.decomposition import PCA
    daal4py.daalinit(options.threads)
    return PCA


with threadpool_limits(options.threads):
    for peer in options.peers:
        PCA = {"sklearn": sklearn, "sklearnex": sklearnex}[peer]()
        seconds, processor = float("inf"), float("inf")
        for _ in range(options.rounds):
            model = PCA(options.components, svd_solver="covariance_eigh")
            wall, used = time.perf_counter(), time.process_time()
            model.fit(data)
            seconds = min(seconds, time.perf_counter() - wall)
            processor = min(processor, time.process_time() - used)
        print(json.dumps({
            "peer": peer, "rows": options.rows, "features": options.features, "components": options.components,
            "threads": options.threads, "seconds": seconds, "processor_seconds": processor,
            "variances": model.explained_variance_.tolist(),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }), flush=True)
