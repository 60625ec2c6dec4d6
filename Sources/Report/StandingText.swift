import Files
import Manifest
import Metrics

extension Standing {
  /// The cell, its interval, and the two lists with the row in its place; its last line ended.
  public var text: String {
    ([headline, ""] + publishedLines + rivalLines).map { $0 + "\n" }.joined()
  }

  private var unit: String { column.unit.isEmpty ? "" : " \(column.unit)" }

  private func number(_ value: Double) -> String { NumberText.fixed(value, column.decimals) }

  private var headline: String {
    let summary = NumberText.summary(measurement.printed, column.decimals)
    let runs =
      interval.map { interval in
        let units: String =
          switch measurement.unit {
          case .items: "test items"
          case .draws: "draws of labels"
          case .repeats: "repeats"
          }
        return " (95% interval \(number(interval.lower)) to \(number(interval.upper)), over "
          + "\(measurement.tested.count) \(units))"
      } ?? ""
    let part = column.aggregate == .topHalf ? ", the better half of all values," : ""
    return "\(row.label): \(column.label)\(part) \(summary)\(unit)\(runs)"
  }

  private var publishedLines: [String] {
    guard !published.isEmpty else { return [] }
    let lines = published.map { (NumberText.claim($0.claim), $0.label) }
    return [
      "Among the \(NumberText.count(published.count, "published number")) it would be in place \(publishedPlace) "
        + "(\(experiment.source.place); this is the \(experiment.profile) profile):"
    ] + inserted(lines, at: publishedPlace) + [""]
  }

  private var rivalLines: [String] {
    guard !rivals.isEmpty else { return ["No other row of the table has been measured here."] }
    let lines = rivals.map { rival in
      (
        NumberText.summary(rival.measurement.printed, column.decimals),
        "\(rival.label): \(verdict(on: rival))"
      )
    }
    return [
      "Among the \(NumberText.count(rivals.count, "row")) measured here it is in place \(measuredPlace), compared on the "
        + "items, draws and seeds that both have, with p for all of them together (Holm):"
    ] + inserted(lines, at: measuredPlace)
  }

  /// What the test says of the row against another.
  private func outcome(of rival: Rival) -> String {
    guard rival.isDifferent else { return "no difference shown" }
    guard column.better != nil else { return "different" }
    return (rival.difference > 0) == (column.better == .higher) ? "better" : "worse"
  }

  /// What the comparison with a row comes to.
  private func verdict(on rival: Rival) -> String {
    let difference = NumberText.signed(rival.difference, column.decimals)
    if let split = rival.otherSplit { return "\(difference), measured on the \(split) split" }
    guard let p = rival.adjusted, let test = rival.test else {
      return "\(difference), and nothing to test it by"
    }
    return "\(difference), \(outcome(of: rival)) (\(test), \(NumberText.p(p)))"
  }

  /// Lines with a number each, and the row's own among them.
  private func inserted(_ lines: [(String, String)], at place: Int) -> [String] {
    var lines = lines.map { (" ", $0.0, $0.1) }
    lines.insert((">", NumberText.summary(measurement.printed, column.decimals), row.label), at: place - 1)
    let width = lines.map(\.1.count).max() ?? 0
    return lines.map { "\($0.0) \(String(repeating: " ", count: width - $0.1.count))\($0.1)  \($0.2)" }
  }

  /// The same for machines.
  ///
  /// - Parameter warnings: what has to be said of how the row was made.
  public func json(warnings: [String] = []) -> JSON {
    [
      "table": .string(experiment.table), "profile": .string(experiment.profile),
      "column": .string(column.id),
      "row": .string(row.id), "label": .string(row.label), "unit": .string(column.unit),
      "value": .number(value),
      "values": .array(values.map { .array($0.map(JSON.number)) }),
      "interval": interval.map { [.number($0.lower), .number($0.upper)] } ?? .null,
      "interval-over": .string(measurement.unit.rawValue),
      "published": [
        "place": .int(publishedPlace),
        "numbers": .array(
          published.map {
            ["row": .string($0.row), "label": .string($0.label), "value": .number($0.claim.value)]
          }),
      ],
      "measured": ["place": .int(measuredPlace), "rows": .array(rivals.map { json(of: $0) })],
      "warnings": .array(warnings.map(JSON.string)),
    ]
  }

  private func json(of rival: Rival) -> JSON {
    [
      "row": .string(rival.row), "label": .string(rival.label),
      "value": .number(rival.measurement.printed.mean),
      "difference": .number(rival.difference),
      "test": rival.test.map { .string($0) } ?? .null, "p": rival.pValue.map { .number($0) } ?? .null,
      "p-of-all": rival.adjusted.map { .number($0) } ?? .null,
      "outcome": .string(rival.pValue == nil ? "not tested" : outcome(of: rival)),
    ]
  }
}
