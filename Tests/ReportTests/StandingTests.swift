import Files
import Manifest
import Results
import Testing

@testable import Report

/// Where a row stands among published numbers and measured rows.
@Suite struct StandingTests {
  /// Rows whose answers are right for the first so many of a hundred items, and what was published of them.
  private func results(
    _ rows: [(id: String, right: Int?, published: Double?)], better: Direction = .higher
  ) -> TableResults {
    let column = Column(
      id: "c", label: "Accuracy", unit: "%", better: better, metric: Configured(kind: "accuracy"))
    var experiment = SampleResults.experiment()
    (experiment.columns, experiment.expectations) = ([column], [])
    experiment.rows = rows.map { row in
      Row(
        id: row.id, label: row.id.uppercased(),
        published: row.published.map { ["c": Claim(value: $0)] } ?? [:],
        representation: Configured(kind: "r"))
    }
    var results = TableResults(experiment: experiment)
    for row in rows {
      guard let right = row.right else { continue }
      let answers = Answers(
        classes: ["a", "b"], actual: [UInt8](repeating: 0, count: 100),
        predicted: [(0..<100).map { $0 < right ? 0 : 1 }])
      results.cells.append(
        Cell(
          row: row.id, column: "c", statistic: "accuracy",
          repeats: [.init(repetition: 0, values: [Double(right)], outcomes: .answers(answers), step: row.id)])
      )
    }
    return results
  }

  @Test func `the text has the row in its place, and a test against each other one`() throws {
    let table = results([
      ("ours", 60, nil), ("good", 95, 90), ("same", 62, 50), ("bad", 20, nil), ("open", nil, 70),
    ])
    let standing = try #require(Standing(of: "ours", on: "c", in: table))
    #expect(standing.publishedPlace == 3)
    #expect(standing.measuredPlace == 3)
    #expect(standing.rivals.map(\.row) == ["good", "same", "bad"])
    // 35 items against none, 2 against none, 40 against none: two-sided, exactly.
    for (rival, p) in zip(standing.rivals, [0x1p-34, 0.5, 0x1p-39]) {
      #expect(abs(try #require(rival.pValue) / p - 1) < 1e-9, "\(rival.row)")
    }
    #expect(standing.rivals.map(\.isDifferent) == [true, false, true])
    #expect(
      standing.text == """
        OURS: Accuracy 60.0 % (95% interval 50.2 to 69.1, over 100 test items)

        Among the 3 published numbers it would be in place 3 (\(table.experiment.source.place); this is the \
        \(table.experiment.profile) profile):
            90  GOOD
            70  OPEN
        > 60.0  OURS
            50  SAME

        Among the 3 rows measured here it is in place 3, compared on the items, draws and seeds that both have, with \
        p for all of them together (Holm):
          95.0  GOOD: −35.0, worse (McNemar over test items, p < 0.001)
          62.0  SAME: −2.0, no difference shown (McNemar over test items, p = 0.500)
        > 60.0  OURS
          20.0  BAD: +40.0, better (McNemar over test items, p < 0.001)

        """)
  }

  @Test func `where lower is better the least comes first`() throws {
    let standing = try #require(
      Standing(of: "ours", on: "c", in: results([("ours", 60, nil), ("good", 20, nil)], better: .lower)))
    #expect(standing.measuredPlace == 2)
    #expect(standing.text.contains("20.0  GOOD: +40.0, worse"))
    let alone = try #require(Standing(of: "ours", on: "c", in: results([("ours", 60, nil)])))
    #expect(alone.text.hasSuffix("\nNo other row of the table has been measured here.\n"))
    #expect(Standing(of: "ours", on: "c", in: results([("ours", nil, nil)])) == nil)
  }

  @Test func `rows of another split are shown and not tested`() throws {
    var table = results([("ours", 60, nil), ("good", 95, 90)])
    table.experiment.rows[1].split = "validation"
    let standing = try #require(Standing(of: "ours", on: "c", in: table))
    #expect(standing.text.contains("95.0  GOOD: −35.0, measured on the validation split\n"))
    #expect(standing.json()["measured"]?["rows"]?.array?.first?["outcome"] == "not tested")
  }

  @Test func `the same for machines`() throws {
    let standing = try #require(
      Standing(of: "ours", on: "c", in: results([("ours", 60, nil), ("good", 95, 90)])))
    let json = standing.json(warnings: ["a leak"])
    #expect(json["warnings"] == ["a leak"])
    #expect(json["value"]?.double == 60)
    #expect(json["values"]?.array?.first?.array?.map(\.double) == [60])
    #expect(json["interval-over"] == "items")
    #expect(json["published"]?["place"] == 2)
    let rival = try #require(json["measured"]?["rows"]?.array?.first)
    #expect(rival["row"] == "good")
    #expect(rival["difference"]?.double == -35)
    #expect(rival["test"] == "McNemar over test items")
    #expect(rival["outcome"] == "worse")
  }

  @Test func `p-values are those of all rivals together, as the outcome is`() throws {
    // 60 against 52: 8 items against none, p = 1/128; of eight alike, the first falls below 5% only if it were four times smaller.
    let rivals = (0..<8).map { (id: "r\($0)", right: Int?(52), published: Double?.none) }
    let standing = try #require(Standing(of: "ours", on: "c", in: results([("ours", 60, nil)] + rivals)))
    #expect(standing.rivals.count == 8)
    for rival in standing.rivals {
      #expect(abs(try #require(rival.pValue) - 0x1p-7) < 1e-12)
      #expect(abs(try #require(rival.adjusted) - 0x1p-4) < 1e-12)
      #expect(!rival.isDifferent)
    }
    #expect(standing.text.contains("+8.0, no difference shown (McNemar over test items, p = 0.063)"))
    let rival = try #require(standing.json()["measured"]?["rows"]?.array?.first)
    #expect(rival["p"]?.double == standing.rivals[0].pValue)
    #expect(rival["p-of-all"]?.double == standing.rivals[0].adjusted)
  }

  @Test func `the difference is of the draws that both have`() throws {
    var table = results([("ours", 60, nil), ("good", 95, nil)])
    table.experiment.columns[0].aggregate = .draws
    for (index, values) in [[60.0, 62], [90, 94, 50, 46]].enumerated() {
      table.cells[index] = Cell(
        row: table.cells[index].row, column: "c", statistic: "accuracy",
        repeats: [.init(repetition: 0, values: values, outcomes: nil, step: "s")])
    }
    let rival = try #require(Standing(of: "ours", on: "c", in: table)?.rivals.first)
    #expect(rival.measurement.printed.mean == 70)
    #expect(rival.difference == -31)
    #expect(rival.ordering.outcome == .holds)
  }
}
