"""Writes statistics.json: tables of SciPy's distributions, tests and intervals for StatisticsTests.

Run in this folder with SciPy installed: python statistics.py
"""

import json

import numpy as np
from scipy import special, stats

tables = {"scipy": __import__("scipy").__version__}

tables["logGamma"] = [[x, float(special.gammaln(x))] for x in [1e-3, 0.5, 1.0, 2.5, 10.0, 171.5, 1e4, 1e6]]

tables["incompleteBeta"] = [
    [x, a, b, float(special.betainc(a, b, x))]
    for a, b in [(0.5, 0.5), (1, 3), (2.5, 7), (30, 2), (50, 50), (1000, 0.5), (2500, 2600)]
    for x in [1e-6, 0.01, 0.2, 0.49, 0.51, 0.9, 0.999]
]

tables["normalCDF"] = [[x, float(stats.norm.cdf(x))] for x in [-37.0, -8.0, -3.0, -1.0, -1e-3, 0.0, 0.7, 2.5, 6.0]]
tables["normalQuantile"] = [
    [p, float(stats.norm.ppf(p))] for p in [1e-300, 1e-20, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]
]

degrees = [1, 2, 3.7, 9, 29, 400, 1e5]
tables["studentCDF"] = [
    [t, df, float(stats.t.cdf(t, df))] for df in degrees for t in [-40.0, -4.3, -1.0, -0.01, 0.0, 0.5, 2.262, 9.0]
]
tables["studentQuantile"] = [
    [p, df, float(stats.t.ppf(p, df))] for df in degrees for p in [1e-8, 0.001, 0.025, 0.4, 0.5, 0.75, 0.975, 0.9995]
]

first = [0.842, 0.861, 0.797, 0.880, 0.853, 0.811, 0.869]
second = [0.790, 0.812, 0.745, 0.801, 0.838]
paired = [0.801, 0.822, 0.805, 0.833, 0.849, 0.790, 0.841]
tables["samples"] = {"first": first, "second": second, "paired": paired}
tables["summary"] = [float(np.mean(first)), float(np.std(first, ddof=1))]
tables["interval95"] = [
    float(v) for v in stats.t.interval(0.95, len(first) - 1, loc=np.mean(first), scale=stats.sem(first))
]


def test(result, df=None):
    return [float(result.statistic), float(result.df if df is None else df), float(result.pvalue)]


alternatives = ["two-sided", "greater", "less"]
tables["welch"] = {a: test(stats.ttest_ind(first, second, equal_var=False, alternative=a)) for a in alternatives}
tables["oneSample"] = {a: test(stats.ttest_1samp(first, 0.83, alternative=a)) for a in alternatives}
tables["pairedT"] = {a: test(stats.ttest_rel(first, paired, alternative=a)) for a in alternatives}

margin = 0.05
tables["equivalence"] = {
    "margin": margin,
    "constant": max(
        float(stats.ttest_1samp(first, 0.83 - margin, alternative="greater").pvalue),
        float(stats.ttest_1samp(first, 0.83 + margin, alternative="less").pvalue),
    ),
    "welch": max(
        float(
            stats.ttest_ind(np.array(first) + margin, second, equal_var=False, alternative="greater").pvalue
        ),
        float(stats.ttest_ind(np.array(first) - margin, second, equal_var=False, alternative="less").pvalue),
    ),
}

binomial_cases = [(0, 10, 0.5), (3, 10, 0.5), (8, 10, 0.3), (25, 25, 0.9), (1300, 5000, 0.25), (4900, 5000, 0.99)]
tables["binomial"] = [
    [k, n, p] + [float(stats.binomtest(k, n, p, alternative=a).pvalue) for a in ["greater", "less"]]
    for k, n, p in binomial_cases
]
tables["wilson"] = [
    [k, n, c, float(i.low), float(i.high)]
    for k, n, c in [(0, 10, 0.95), (10, 10, 0.95), (3, 17, 0.9), (4213, 5000, 0.95), (4213, 5000, 0.99)]
    for i in [stats.binomtest(k, n).proportion_ci(c, "wilson")]
]
tables["clopperPearson"] = [
    [k, n, c, float(i.low), float(i.high)]
    for k, n, c in [(0, 10, 0.95), (10, 10, 0.9), (3, 17, 0.9), (4213, 5000, 0.9), (9980, 10000, 0.95)]
    for i in [stats.binomtest(k, n).proportion_ci(c, "exact")]
]


def share_equivalence(k, n, expected, margin):
    """p of a share at most expected - margin, at least expected + margin, and inside on the side where it was seen."""
    low, high = expected - margin, expected + margin
    more = lambda p: 1.0 if p > 1 else float(stats.binomtest(k, n, max(0.0, p), alternative="greater").pvalue)
    fewer = lambda p: 1.0 if p < 0 else float(stats.binomtest(k, n, min(1.0, p), alternative="less").pvalue)
    return [0.0 if low < 0 else more(low), 0.0 if high > 1 else fewer(high), more(high) if k / n > expected else fewer(low)]


tables["shareEquivalence"] = [
    [k, n, e, m] + share_equivalence(k, n, e, m)
    for k, n, e, m in [
        (20, 20, 0.95, 0.0145), (7920, 10000, 0.806, 0.0086), (0, 50, 0.005, 0.01), (830, 1000, 0.828, 0.02), (3, 40, 0.5, 0.01),
        (0, 40, 0.5, 0.6),
    ]
]
tables["mcnemar"] = [
    [b, c, min(1.0, float(stats.binomtest(b, b + c, 0.5).pvalue))] for b, c in [(5, 5), (2, 11), (30, 51), (0, 4)]
]


def permutation(x, y, alternative):
    return float(
        stats.permutation_test(
            (x, y), lambda a, b: np.mean(a - b), permutation_type="samples", alternative=alternative,
            n_resamples=np.inf,
        ).pvalue
    )


tables["signFlip"] = {a: permutation(np.array(first), np.array(paired), a) for a in ["greater", "less"]}

# The interval formulas on fixed replicates: draws differ between languages, the arithmetic must not.
values = np.array([0.3, 1.1, 0.2, 4.9, 0.7, 0.4, 2.2, 0.9, 0.1, 1.6])
generator = np.random.default_rng(5)
replicates = generator.choice(values, (400, len(values))).mean(axis=1).round(6)
tables["bootstrap"] = {
    "replicates": replicates.tolist(),
    "percentile90": [float(q) for q in np.quantile(replicates, [0.05, 0.95])],
}
# SciPy's own intervals on many resamples: what a seeded bootstrap of ours must come close to.
tables["bootstrapSciPy"] = {
    "values": values.tolist(),
    "percentile": [float(v) for v in stats.bootstrap(
        (values,), np.mean, n_resamples=200_000, confidence_level=0.9, method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval],
}


def settle(sd, margin):
    n = 2
    while stats.t.ppf(0.975, n - 1) * sd > margin * np.sqrt(n):
        n += 1
    return n


tables["toSettle"] = [[sd, margin, settle(sd, margin)] for sd, margin in [(0.02, 0.05), (0.02, 0.02), (0.05, 0.01), (1, 0.05)]]

with open("statistics.json", "w") as file:
    json.dump(tables, file, indent=1)
    file.write("\n")
