import Foundation

/// The few special functions that the distributions of this folder rest on.
enum SpecialFunctions {
  /// ln |Γ(x)|, from the C library.
  static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

  /// ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b).
  ///
  /// With a large parameter the difference of its two terms is taken in Stirling's series, where the leading parts
  /// cancel on paper instead of in floating point.
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (small, large) = a < b ? (a, b) : (b, a)
    guard large > 20 else { return logGamma(a) + logGamma(b) - logGamma(a + b) }
    return logGamma(small) - (large + small - 0.5) * log1p(small / large) - small * log(large) + small
      + stirlingRemainder(large) - stirlingRemainder(large + small)
  }

  /// ln Γ(x) minus Stirling's formula, for x > 20 to the last digit.
  private static func stirlingRemainder(_ x: Double) -> Double {
    let square = 1 / (x * x)
    return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))))
      / x
  }

  /// The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1].
  ///
  /// Evaluates the continued fraction 8.17.22 of the NIST Handbook on the side of the mean where it converges
  /// quickly and reflects, I_x(a, b) = 1 - I_{1-x}(b, a), on the other. Pass `complement` = 1 - x where it is
  /// known to more digits than the subtraction would leave.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double, complement: Double? = nil) -> Double {
    let y = complement ?? 1 - x
    guard x > 0 else { return 0 }
    guard y > 0 else { return 1 }
    // Near 1 the logarithm is taken from the side that is known to more digits.
    let logX = x > 0.5 ? log1p(-y) : log(x)
    let logY = y > 0.5 ? log1p(-x) : log(y)
    let front = exp(a * logX + b * logY - logBeta(a, b))
    return x * (a + b + 2) < a + 1
      ? front * betaFraction(x, a, b) / a
      : 1 - front * betaFraction(y, b, a) / b
  }

  /// The continued fraction of the incomplete beta function by the modified Lentz recurrence.
  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    // Lentz divides by the running terms: a zero is replaced by a number too small to be seen in the result.
    func nonZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1))
    var fraction = d
    // The number of terms grows with the square root of the larger parameter.
    for term in 1...10_000 {
      let m = Double(term)
      for coefficient in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / nonZero(1 + coefficient * d)
        c = nonZero(1 + coefficient / c)
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return fraction
  }
}
