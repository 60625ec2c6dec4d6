import Foundation

/// Tests and intervals for a number of successes out of n.
public enum Binomial {
  /// P(X <= successes) for X ~ Binomial(trials, probability), from the incomplete beta function.
  public static func cdf(_ successes: Int, trials: Int, probability: Double) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return SpecialFunctions.incompleteBeta(
      1 - probability, Double(trials - successes), Double(successes + 1), complement: probability)
  }

  /// P(X = successes).
  public static func pmf(_ successes: Int, trials: Int, probability: Double) -> Double {
    guard (0...trials).contains(successes) else { return 0 }
    guard probability > 0 else { return successes == 0 ? 1 : 0 }
    guard probability < 1 else { return successes == trials ? 1 : 0 }
    let k = Double(successes)
    let n = Double(trials)
    let logChoose =
      SpecialFunctions.logGamma(n + 1) - SpecialFunctions.logGamma(k + 1)
      - SpecialFunctions.logGamma(n - k + 1)
    return exp(logChoose + k * log(probability) + (n - k) * log1p(-probability))
  }

  /// The exact p-value of `successes` out of `trials` against `probability`.
  ///
  /// Two-sided: the total probability of all outcomes that are no more likely than the observed one.
  public static func test(
    successes: Int, trials: Int, probability: Double, alternative: Alternative = .twoSided
  ) -> Double {
    precondition((0...trials).contains(successes), "successes are between 0 and the number of trials")
    switch alternative {
    case .less: return cdf(successes, trials: trials, probability: probability)
    case .greater: return cdf(trials - successes, trials: trials, probability: 1 - probability)
    case .twoSided:
      // Mirror outcomes whose likelihoods differ by rounding only count as equally likely.
      let limit = pmf(successes, trials: trials, probability: probability) * (1 + 1e-7)
      let total = (0...trials).reduce(0.0) { sum, k in
        let likelihood = pmf(k, trials: trials, probability: probability)
        return likelihood <= limit ? sum + likelihood : sum
      }
      return min(1, total)
    }
  }

  /// Wilson's score interval for a proportion: how well `trials` test items pin an accuracy down.
  public static func wilson(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) throws(MetricsError) -> Interval {
    guard trials > 0 else {
      throw .tooFewObservations(statistic: "a Wilson interval", needed: 1, given: trials)
    }
    let z = Normal.quantile((1 + confidence) / 2)
    let n = Double(trials)
    let p = Double(successes) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(
      lower: successes == 0 ? 0 : centre - half, upper: successes == trials ? 1 : centre + half)
  }
}
