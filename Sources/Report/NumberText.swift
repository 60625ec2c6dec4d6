import Foundation
import Manifest
import Metrics

/// Numbers as readers see them: fixed digits after the point, a true minus sign, no negative zero.
enum NumberText {
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value > 0 ? "infinite" : "−infinite" }
    let digits = String(format: "%.\(max(0, decimals))f", abs(value))
    // What rounds to zero has no sign.
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    return value < 0 && !isZero ? "−" + digits : digits
  }

  static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return value > 0 && !isZero ? "+" + text : text
  }

  /// A number whose digits are not known beforehand, to four significant ones.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, 0) }
    let text = String(format: "%.4g", abs(value))
    return value < 0 ? "−" + text : text
  }

  /// `mean ± sd`; the mean alone where one value has no spread.
  static func summary(_ summary: SampleSummary, _ decimals: Int) -> String {
    let mean = fixed(summary.mean, decimals)
    return summary.count > 1 ? "\(mean) ± \(fixed(summary.standardDeviation, decimals))" : mean
  }

  /// A published cell with the digits of the paper.
  static func claim(_ claim: Claim) -> String {
    let value = fixed(claim.value, claim.decimals)
    guard let spread = claim.spread else { return value }
    return "\(value) ± \(claim.spreadDecimals.map { fixed(spread, $0) } ?? shortest(spread))"
  }

  /// `p = 0.012`, `p < 0.001`.
  static func p(_ value: Double) -> String { "p " + pRelation(value) }

  /// `= 0.012`, `< 0.001`.
  static func pRelation(_ value: Double) -> String {
    if value < 0.001 { return "< 0.001" }
    if value > 0.999 { return "> 0.999" }
    return "= " + String(format: "%.3f", value)
  }

  /// The fewest digits that read back to the same number.
  static func shortest(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// For machines: six significant digits, more than any curve has meaning for.
  static func data(_ value: Double) -> String { String(format: "%.6g", value) }

  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// `repeat 1` of repetition 0, as `--repeat` counts.
  static func repetition(_ number: Int) -> String { "repeat \(number + 1)" }
}
