import Manifest
import Metrics

/// What the test of a cell looks at, drawn on one axis for a whole column: the published value with its margin, and the
/// measured one with its 90% interval. The interval inside the margin is a reproduction.
struct GapPlot {
  private let range: ClosedRange<Double>
  private let column: Column
  private static let (width, height) = (160.0, 20.0)

  /// Nil where the column has fewer than two different numbers to draw.
  init?(_ table: MainTable, in layout: TableLayout) {
    column = table.column
    let marks = table.groups.flatMap(\.lines).flatMap { line -> [Double] in
      let published = line.row.published[table.column.id]?.value
      return [published, layout.measurement(line.row, table.column)?.tested.mean].compactMap { $0 }
    }
    guard let low = marks.min(), let high = marks.max(), low < high else { return nil }
    if column.unit == "%" {
      range = min(0, low)...max(100, high)
    } else {
      let space = 0.06 * (high - low)
      range = (low >= 0 ? max(0, low - space) : low - space)...(high + space)
    }
  }

  /// The ends of the axis, for the heading.
  var axis: String {
    let digits = column.unit == "%" || range.upperBound >= 100 ? 0 : column.decimals
    return "\(NumberText.fixed(range.lowerBound, digits)) to \(NumberText.fixed(range.upperBound, digits))"
  }

  func html(_ line: MainTable.Line, _ measurement: Measurement?) -> HTML {
    var shapes: [HTML] = [.line("axis", x(range.lowerBound), x(range.upperBound), y: 10)]
    var words: [String] = []
    if let claim = line.row.published[column.id] {
      let margin = line.verdict?.evidence?.margin.total ?? 0
      shapes += [.band(x(claim.value - margin), x(claim.value + margin)), .tick(x(claim.value))]
      words.append("published \(NumberText.claim(claim)), margin \(number(margin))")
    }
    if let measurement {
      if let interval = interval(line.verdict, measurement) {
        shapes.append(.line("whisker", x(interval.lower), x(interval.upper), y: 10))
        words.append("90% interval \(number(interval.lower)) to \(number(interval.upper))")
      }
      shapes.append(.dot(x(measurement.tested.mean)))
    }
    guard !words.isEmpty || measurement != nil else { return .nothing }
    return """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(words.joined(separator: "; "))">\(shapes)</svg>
      """
  }

  /// The interval that the verdict was decided by, about the measured value instead of the gap.
  private func interval(_ verdict: Verdict?, _ measurement: Measurement) -> Interval? {
    guard let evidence = verdict?.evidence, let gap = evidence.interval else {
      return try? measurement.tested.interval(confidence: 1 - 2 * Verdict.level)
    }
    let claim = evidence.measured.mean - evidence.gap
    return Interval(lower: claim + gap.lower, upper: claim + gap.upper)
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, column.decimals) }

  /// What lies beyond the axis ends at its end.
  private func x(_ value: Double) -> String {
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return NumberText.data(((4 + (Self.width - 8) * min(1, max(0, share))) * 10).rounded() / 10)
  }
}

extension HTML {
  fileprivate static func line(_ kind: String, _ from: String, _ to: String, y: Int) -> HTML {
    "<line class=\"\(kind)\" x1=\"\(from)\" x2=\"\(to)\" y1=\"\(y)\" y2=\"\(y)\"/>"
  }
  fileprivate static func band(_ from: String, _ to: String) -> HTML {
    "<line class=\"margin\" x1=\"\(from)\" x2=\"\(to)\" y1=\"10\" y2=\"10\"/>"
  }
  fileprivate static func tick(_ x: String) -> HTML {
    "<line class=\"published\" x1=\"\(x)\" x2=\"\(x)\" y1=\"3\" y2=\"17\"/>"
  }
  fileprivate static func dot(_ x: String) -> HTML {
    "<circle class=\"measured\" cx=\"\(x)\" cy=\"10\" r=\"3.2\"/>"
  }
}
