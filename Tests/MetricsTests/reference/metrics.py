"""Writes metrics.json: a small synthetic representation and what NumPy and scikit-learn say about it.

The codes mix three factors into five dimensions: one copies a factor with noise, one mixes two factors, one is a
curved copy, one repeats the first weakly and one is noise. All numbers are single precision, so that both sides read the same.
Run in this folder with NumPy and scikit-learn installed: python metrics.py
"""

import json

import numpy as np
import sklearn
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score, roc_auc_score
from sklearn.preprocessing import LabelBinarizer, StandardScaler
from sklearn.svm import LinearSVC

SIZES = [4, 5, 3]
generator = np.random.default_rng(11)


def draw(count):
    labels = np.stack([generator.integers(0, size, count) for size in SIZES])
    a, b, c = labels
    noise = generator.normal(size=(5, count))
    codes = np.stack([
        a + 0.1 * noise[0],
        0.7 * b + 0.5 * c + 0.1 * noise[1],
        (b - 2) ** 2 + 0.2 * noise[2],
        0.6 * a + 0.8 * noise[3],
        noise[4],
    ]).round(3).astype(np.float32)
    return codes, labels


train_codes, train_labels = draw(400)
test_codes, test_labels = draw(200)

# Mutual information with 20 equal-width bins, natural logarithm.
binned = np.stack([np.digitize(row, np.histogram(row, 20)[1][:-1]) for row in train_codes.astype(np.float64)])
information = np.array([[mutual_info_score(row, factor) for factor in train_labels] for row in binned])
entropies = np.array([mutual_info_score(factor, factor) for factor in train_labels])
ordered = np.sort(information, axis=0)[::-1]
gaps = (ordered[0] - ordered[1]) / entropies

squares = information**2
largest = squares.max(axis=1)
modularity = 1 - (squares.sum(axis=1) - largest) / (largest * (len(SIZES) - 1))

# Boosted trees, an importance matrix, and the entropies of its rows and columns.
forests = [
    GradientBoostingClassifier(n_estimators=20, random_state=0).fit(train_codes.T, factor) for factor in train_labels
]
importance = np.stack([forest.feature_importances_ for forest in forests], axis=1)


def concentration(rows):
    shares = (rows + 1e-11) / (rows + 1e-11).sum(axis=1, keepdims=True)
    return 1 + (shares * np.log(shares)).sum(axis=1) / np.log(rows.shape[1])


disentanglements, completenesses = concentration(importance), concentration(importance.T)
informativeness = [
    float(np.mean(forest.predict(test_codes.T) == factor)) for forest, factor in zip(forests, test_labels)
]

svm = np.zeros((5, len(SIZES)))
for dimension in range(5):
    for factor in range(len(SIZES)):
        machine = LinearSVC(C=0.01, class_weight="balanced", dual=False, tol=1e-10, max_iter=10_000)
        machine.fit(train_codes[dimension, :, None], train_labels[factor])
        svm[dimension, factor] = np.mean(machine.predict(test_codes[dimension, :, None]) == test_labels[factor])
squared_correlation = np.array([
    [np.corrcoef(row, factor)[0, 1] ** 2 for factor in train_labels] for row in train_codes.astype(np.float64)
])


def top_two(scores):
    ordered = np.sort(scores, axis=0)[::-1]
    return ordered[0] - ordered[1]


scaler = StandardScaler().fit(train_codes.T.astype(np.float64))
areas, accuracies = [], []
for train, test in zip(train_labels, test_labels):
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(scaler.transform(train_codes.T), train)
    scaled = scaler.transform(test_codes.T)
    areas.append(float(roc_auc_score(LabelBinarizer().fit_transform(test), model.predict_proba(scaled))))
    accuracies.append(float(np.mean(model.predict(scaled) == test)))

# A FactorVAE vote on given batches, and z_diff on given pairs.
batches = generator.integers(0, 400, (3, 8))
variances = [np.var(train_codes[:, batch].astype(np.float64), axis=1, ddof=1).tolist() for batch in batches]
pairs = generator.integers(0, 400, (6, 2))
difference = np.abs(train_codes[:, pairs[:, 0]] - train_codes[:, pairs[:, 1]]).mean(axis=1)

# The share of each code's variance that a factor's value explains, and means of the second code by two factors.
def conditional_means(row, *factors):
    cells = np.ravel_multi_index([train_labels[f] for f in factors], [SIZES[f] for f in factors])
    sums, counts = (np.bincount(cells, w, minlength=np.prod([SIZES[f] for f in factors])) for w in (row, None))
    return np.where(counts > 0, sums / np.maximum(counts, 1), -1e9), cells


ratios = [
    [np.var(means[cells]) / np.var(row) for means, cells in (conditional_means(row, factor) for factor in range(len(SIZES)))]
    for row in train_codes.astype(np.float64)
]

reference = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "sizes": SIZES,
    "trainCodes": train_codes.T.astype(float).round(3).tolist(),
    "testCodes": test_codes.T.astype(float).round(3).tolist(),
    "trainLabels": train_labels.tolist(),
    "testLabels": test_labels.tolist(),
    "information": information.tolist(),
    "informative": information.argmax(axis=0).tolist(),
    "entropies": entropies.tolist(),
    "gaps": gaps.tolist(),
    "modularity": modularity.tolist(),
    "importance": importance.tolist(),
    "disentanglements": disentanglements.tolist(),
    "completenesses": completenesses.tolist(),
    "disentanglement": float((disentanglements * importance.sum(axis=1)).sum() / importance.sum()),
    "completeness": float((completenesses * importance.sum(axis=0)).sum() / importance.sum()),
    "informativeness": informativeness,
    "svm": svm.tolist(),
    "svmGaps": top_two(svm).tolist(),
    "squaredCorrelation": squared_correlation.tolist(),
    "squaredCorrelationGaps": top_two(squared_correlation).tolist(),
    "areas": areas,
    "accuracies": accuracies,
    "batches": batches.tolist(),
    "batchVariances": variances,
    "pairs": pairs.tolist(),
    "difference": difference.astype(float).tolist(),
    "correlationRatios": np.array(ratios).tolist(),
    "means": conditional_means(train_codes[1].astype(np.float64), 0, 2)[0].tolist(),
}
with open("metrics.json", "w") as file:
    json.dump(reference, file, separators=(",", ":"))
    file.write("\n")
