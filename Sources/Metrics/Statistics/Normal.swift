import Foundation

/// The standard normal distribution.
public enum Normal {
  /// P(X <= x).
  public static func cdf(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// The density at `x`.
  public static func pdf(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

  /// The x with P(X <= x) = `probability`; infinite at 0 and 1, NaN outside [0, 1].
  ///
  /// A rational first guess for the tail (Abramowitz and Stegun 26.2.23, 4.5e-4), then Halley steps on the tail
  /// probability, which triple the correct digits each time.
  public static func quantile(_ probability: Double) -> Double {
    guard (0...1).contains(probability) else { return .nan }
    guard probability > 0, probability < 1 else { return probability == 0 ? -.infinity : .infinity }
    guard probability != 0.5 else { return 0 }
    let tail = min(probability, 1 - probability)
    let r = (-2 * log(tail)).squareRoot()
    var x =
      r - (2.515517 + r * (0.802853 + r * 0.010328))
      / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)))
    for _ in 0..<3 {
      let error = (cdf(-x) - tail) / pdf(x)
      x += error / (1 - x * error / 2)
    }
    return probability < 0.5 ? -x : x
  }
}
