"""Reference values for the verdict tests: python3 verdicts.py > verdicts.json (needs numpy and scipy)."""
import json

import numpy as np
from scipy import stats

LEVEL = 0.05


def top_half(values):
    values = np.sort(np.concatenate(values))[::-1]
    return values[: (len(values) + 1) // 2].mean()


def jackknife_sd(values, statistic):
    n = len(values)
    left = np.array([statistic(values[:i] + values[i + 1 :]) for i in range(n)])
    standard_error = np.sqrt((n - 1) / n * np.sum((left - left.mean()) ** 2))
    return standard_error * np.sqrt(n)


def one_sample(values, claim, margin):
    below = stats.ttest_1samp(values, claim - margin, alternative="greater").pvalue
    above = stats.ttest_1samp(values, claim + margin, alternative="less").pvalue
    interval = stats.ttest_1samp(values, claim).confidence_interval(1 - 2 * LEVEL)
    return {
        "pOutside": max(below, above),
        "pInside": 1 - (above if np.mean(values) > claim else below),
        "interval": [interval.low - claim, interval.high - claim],
    }


def welch(values, mean, sd, count, margin):
    m, s, n = np.mean(values), np.std(values, ddof=1), len(values)
    below = stats.ttest_ind_from_stats(m, s, n, mean - margin, sd, count, equal_var=False, alternative="greater").pvalue
    above = stats.ttest_ind_from_stats(m, s, n, mean + margin, sd, count, equal_var=False, alternative="less").pvalue
    return {"pOutside": max(below, above), "pInside": 1 - (above if m > mean else below)}


repeats = [[94.4, 93.9, 94.5], [93.8, 93.7, 94.3], [92.2, 92.7, 92.6], [95.1, 94.0, 94.2]]
sample = [84.1, 85.6, 84.9, 85.2, 84.4]
first, second = [71.2, 69.8, 73.1, 70.4, 72.2, 69.9], [68.0, 70.1, 69.5, 68.8, 70.0, 69.1]
print(
    json.dumps(
        {
            "repeats": repeats,
            "topHalf": top_half(repeats),
            "topHalfDeviation": jackknife_sd(repeats, top_half),
            "meanDeviation": float(np.std([np.mean(r) for r in repeats], ddof=1)),
            "sample": sample,
            "oneSample": one_sample(sample, 84.9, 0.05 + 0.849),
            "welch": welch(sample, 84.0, 0.4, 10, 0.05 + 0.84),
            "first": first,
            "second": second,
            "pairedT": stats.ttest_rel(first, second, alternative="greater").pvalue,
            "signFlip": stats.permutation_test(
                (np.array(first), np.array(second)), lambda a, b: np.mean(a - b), permutation_type="samples",
                alternative="greater", n_resamples=np.inf,
            ).pvalue,
        },
        indent=1,
        default=float,
    )
)
