"""The peer of `retable-bench svm`: scikit-learn's LinearSVC (LIBLINEAR) on the same files, one JSON line.

    python sklearn_svm.py FEATURES.f32 LABELS.u8 --C 0.002 --solver primal

`primal` is LIBLINEAR's trust-region Newton method (dual=False), `dual` its coordinate descent (dual=True, the default of
older releases). LIBLINEAR runs on one thread and on a double-precision copy of the features.
"""

import argparse
import json
import resource
import time

import numpy as np
from sklearn.svm import LinearSVC

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("features")
parser.add_argument("labels")
parser.add_argument("--test-features")
parser.add_argument("--test-labels")
parser.add_argument("--C", type=float, default=0.002)
parser.add_argument("--rows", type=int, help="only the first rows")
parser.add_argument("--solver", choices=["primal", "dual"], default="primal")
parser.add_argument("--tolerance", type=float, default=1e-4, help="LIBLINEAR's own")
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
model = LinearSVC(C=options.C, dual=options.solver == "dual", tol=options.tolerance, max_iter=100000)
model.fit(features, labels)
seconds, processor_seconds = time.perf_counter() - started, time.process_time() - used

decisions = model.decision_function(features)
objective = 0.5 * ((model.coef_**2).sum() + (model.intercept_**2).sum())
for column, label in enumerate(model.classes_):
    shortfall = np.maximum(0, 1 - np.where(labels == label, 1, -1) * decisions[:, column])
    objective += options.C * (shortfall @ shortfall)
line = {
    "seconds": seconds, "processor_seconds": processor_seconds, "objective": objective, "iterations": int(np.max(model.n_iter_)),
    "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "train_accuracy": float((model.classes_[decisions.argmax(1)] == labels).mean()),
}
if options.test_features:
    test = np.fromfile(options.test_features, np.float32).reshape(-1, features.shape[1])
    truth = np.fromfile(options.test_labels, np.uint8)
    line["test_accuracy"] = float((model.predict((test - mean) * scale) == truth).mean())
print(json.dumps(line))
