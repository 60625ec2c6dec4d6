import Foundation

/// Student's t distribution; the degrees of freedom need not be whole (Welch) and may be infinite (normal).
public enum StudentT {
  /// P(T <= t).
  public static func cdf(_ t: Double, degreesOfFreedom df: Double) -> Double {
    t > 0 ? 1 - survival(t, df) : survival(-t, df)
  }

  /// P(|T| >= |t|): the p-value of a two-sided test.
  public static func twoSided(_ t: Double, degreesOfFreedom df: Double) -> Double {
    min(1, 2 * survival(abs(t), df))
  }

  /// The t with P(T <= t) = `probability`; infinite at 0 and 1, NaN outside [0, 1].
  ///
  /// Newton's method on ln P(T > t) against ln t, where the tail is close to a straight line, inside a bracket.
  public static func quantile(_ probability: Double, degreesOfFreedom df: Double) -> Double {
    guard df.isFinite else { return Normal.quantile(probability) }
    guard df > 0, (0...1).contains(probability) else { return .nan }
    guard probability > 0, probability < 1 else { return probability == 0 ? -.infinity : .infinity }
    guard probability != 0.5 else { return 0 }
    let tail = min(probability, 1 - probability)
    var low = -700.0
    var high = 700.0
    var logT = log(max(Normal.quantile(1 - tail), 1e-8))
    for _ in 0..<200 {
      let t = exp(logT)
      let remaining = survival(t, df)
      if remaining > tail { low = logT } else { high = logT }
      let newton = logT + (log(remaining) - log(tail)) * remaining / (pdf(t, df) * t)
      let next = newton > low && newton < high ? newton : (low + high) / 2
      let step = abs(next - logT)
      logT = next
      if step < 1e-15 * max(1, abs(logT)) { break }
    }
    return probability < 0.5 ? -exp(logT) : exp(logT)
  }

  static func pdf(_ t: Double, _ df: Double) -> Double {
    exp(-SpecialFunctions.logBeta(df / 2, 0.5) - (df + 1) / 2 * log1p(t * t / df)) / df.squareRoot()
  }

  /// P(T > t) for t >= 0, accurate in the far tail.
  private static func survival(_ t: Double, _ df: Double) -> Double {
    guard df.isFinite else { return Normal.cdf(-t) }
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    let square = t * t
    return SpecialFunctions.incompleteBeta(
      df / (df + square), df / 2, 0.5, complement: square / (df + square)) / 2
  }
}
