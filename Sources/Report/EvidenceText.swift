import Manifest
import Metrics

/// The test behind a verdict, in sentences with numbers.
struct EvidenceText {
  let lines: [String]

  /// The lines with the word that says what they are about apart: `Margin`, and what it is.
  var entries: [(term: String?, text: String)] {
    lines.map { line in
      let parts = line.split(separator: ": ", maxSplits: 1)
      guard parts.count == 2, !parts[0].contains(" ") else { return (nil, line) }
      return (String(parts[0]), String(parts[1]))
    }
  }

  init(_ evidence: Verdict.Evidence, decimals: Int, unit: String) {
    // One digit more than the table prints: borders are looked at closely.
    func number(_ value: Double) -> String { NumberText.fixed(value, decimals + 1) }
    func signed(_ value: Double) -> String { NumberText.signed(value, decimals + 1) }
    let measured = evidence.measured
    let margin = evidence.margin
    let single = evidence.unit == .draws ? "draw of labels" : "repeat"
    let lack = evidence.test == .none ? ": one \(single) has no spread" : ""
    var lines = ["Test: \(evidence.test.rawValue)\(lack)."]
    lines.append(
      "Measured: mean \(number(measured.mean)), sd \(number(measured.standardDeviation)), n = \(measured.count)"
        + (evidence.published.map {
          "; published: mean \(number($0.mean)), sd \(number($0.standardDeviation)), n = \($0.count)."
        } ?? "."))
    guard evidence.test != .exact else {
      lines.append("Gap: \(signed(evidence.gap)); equal means at most \(number(margin.rounding)).")
      self.lines = lines
      return
    }
    let tolerance =
      margin.spread > margin.relative
      ? "\(number(margin.spread)), the printed spread"
      : "\(number(margin.relative)), \(NumberText.shortest(100 * Verdict.relativeMargin))% of the published value"
    lines.append(
      "Margin: \(number(margin.total)) = \(NumberText.shortest(margin.rounding)), half a unit of the last printed digit, "
        + "+ \(tolerance).")
    guard let interval = evidence.interval, let inside = evidence.pInside, let outside = evidence.pOutside,
      let far = evidence.pFar
    else {
      lines.append("Gap: \(signed(evidence.gap)); a second \(single) is needed to test it.")
      self.lines = lines
      return
    }
    let method = evidence.degreesOfFreedom.map { "\(NumberText.short($0)) degrees of freedom" }
    lines.append(
      "Gap: \(signed(evidence.gap)), 90% \(method == nil ? "" : "t ")interval \(signed(interval.lower)) to "
        + "\(signed(interval.upper)) (\(method ?? "Clopper and Pearson")).")
    let factor = NumberText.shortest(Verdict.closeFactor)
    lines.append(
      "A gap beyond the margin would be this small with \(NumberText.p(outside)) (below 0.05: reproduced).")
    lines.append(
      "A gap beyond \(factor) margins would be this small with \(NumberText.p(far)) (below 0.05: close).")
    lines.append(
      "A gap within the margin would be this large with \(NumberText.p(inside)) (below 0.05: differs or better)."
    )
    self.lines = lines
  }
}
