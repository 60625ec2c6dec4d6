/// Probabilities and intervals for a number of successes out of n.
public enum Binomial {
  /// P(X <= successes) for X ~ Binomial(trials, probability), from the incomplete beta function.
  public static func cdf(_ successes: Int, trials: Int, probability: Double) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return SpecialFunctions.incompleteBeta(
      1 - probability, Double(trials - successes), Double(successes + 1), complement: probability)
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

  /// The exact interval for a proportion (Clopper and Pearson 1934): what two one-sided binomial tests do not reject.
  public static func clopperPearson(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) throws(MetricsError) -> Interval {
    guard trials > 0 else {
      throw .tooFewObservations(statistic: "a Clopper-Pearson interval", needed: 1, given: trials)
    }
    let tail = (1 - confidence) / 2
    /// Where a probability that falls from above `level` to below it has `level`.
    func border(_ level: Double, _ falling: (Double) -> Double) -> Double {
      var (low, high) = (0.0, 1.0)
      while true {
        let middle = (low + high) / 2
        guard low < middle, middle < high else { return middle }
        if falling(middle) > level { low = middle } else { high = middle }
      }
    }
    return Interval(
      lower: successes == 0
        ? 0 : border(1 - tail) { cdf(successes - 1, trials: trials, probability: $0) },
      upper: successes == trials ? 1 : border(tail) { cdf(successes, trials: trials, probability: $0) })
  }
}
