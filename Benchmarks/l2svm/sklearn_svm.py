"""The peers of `retable-bench svm`: scikit-learn's LinearSVC (LIBLINEAR) on the same files, one JSON line; with `--threads`
LIBLINEAR's own multi-core version (the package liblinear-multicore).

    python sklearn_svm.py FEATURES.f32 LABELS.u8 --C 0.002 --solver primal

`primal` is LIBLINEAR's trust-region Newton method (dual=False), `dual` its coordinate descent (dual=True, the default of
older releases). LIBLINEAR runs on one thread and on a double-precision copy of the features. The multi-core version's clock
starts when its own matrix is made.
"""

import argparse
import json
import resource
import time

import numpy as np

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("features")
parser.add_argument("labels")
parser.add_argument("--test-features")
parser.add_argument("--test-labels")
parser.add_argument("--C", type=float, default=0.002)
parser.add_argument("--rows", type=int, help="only the first rows")
parser.add_argument("--solver", choices=["primal", "dual"], default="primal")
parser.add_argument("--tolerance", type=float, default=1e-4, help="LIBLINEAR's own")
parser.add_argument("--threads", type=int, help="LIBLINEAR's multi-core version with so many threads, primal alone")
parser.add_argument("--raw", action="store_true", help="no standardisation")
options = parser.parse_args()

labels = np.fromfile(options.labels, np.uint8)[: options.rows]
total = np.fromfile(options.labels, np.uint8).size
features = np.fromfile(options.features, np.float32).reshape(total, -1)[: options.rows].astype(np.float64)
mean, scale = 0.0, 1.0
started, used = time.perf_counter(), time.process_time()
if not options.raw:
    mean, scale = features.mean(0), 1 / np.sqrt(features.var(0, ddof=1) + 0.01)
    features = (features - mean) * scale
if options.threads:
    from liblinear.liblinearutil import parameter, problem, train
    matrix = problem(labels.astype(np.float64), features, bias=1)
    setting = parameter(f"-s 2 -c {options.C} -e {options.tolerance} -n {options.threads} -q")
    started, used = time.perf_counter(), time.process_time()
    model = train(matrix, setting)
    classes = np.array(model.get_labels())
    solutions = [model.get_decfun(k) for k in range(len(classes))]
    weights, intercepts = np.array([w for w, _ in solutions]), np.array([b for _, b in solutions])
    iterations = None
else:
    from sklearn.svm import LinearSVC
    model = LinearSVC(C=options.C, dual=options.solver == "dual", tol=options.tolerance, max_iter=100000)
    model.fit(features, labels)
    classes, weights, intercepts = model.classes_, model.coef_, model.intercept_
    iterations = int(np.max(model.n_iter_))
seconds, processor_seconds = time.perf_counter() - started, time.process_time() - used

decisions = features @ weights.T + intercepts
objective = 0.5 * ((weights**2).sum() + (intercepts**2).sum())
for column, label in enumerate(classes):
    shortfall = np.maximum(0, 1 - np.where(labels == label, 1, -1) * decisions[:, column])
    objective += options.C * (shortfall @ shortfall)
line = {
    "seconds": seconds, "processor_seconds": processor_seconds, "objective": objective, "iterations": iterations, "threads": options.threads or 1,
    "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "train_accuracy": float((classes[decisions.argmax(1)] == labels).mean()),
}
if options.test_features:
    test = np.fromfile(options.test_features, np.float32).reshape(-1, features.shape[1])
    truth = np.fromfile(options.test_labels, np.uint8)
    line["test_accuracy"] = float((classes[((test - mean) * scale @ weights.T + intercepts).argmax(1)] == truth).mean())
print(json.dumps(line))
