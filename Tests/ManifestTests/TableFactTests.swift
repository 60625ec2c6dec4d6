import Files
import Testing

@testable import Manifest

/// What the rules of a representation are told of the table around a row.
@Suite struct TableFactTests {
  /// The rule refuses whatever it is told all of, and says what that was.
  private static let vocabulary = Vocabulary(
    datasets: [Kind("shapes", "2D shapes", fields: [Field("side", .integer(1...64), default: 8, "Pixels.")])],
    representations: [
      Kind(
        "net", "A network", fields: [Field("depth", .integer(0...9), default: 1, "Layers.")],
        rules: [
          Kind.Rule("depth") { values in
            guard let repeats = values[TableFact.repeats]?.int,
              let side = values[TableFact.dataset("side")]?.int,
              let classifiers = values[TableFact.classifiers]?.array?.compactMap(\.string)
            else { return nil }
            let own = TableFact.without(values).keys.sorted().joined(separator: ", ")
            return "\(own), \(repeats) times, \(side) pixels, by \(classifiers.joined(separator: " and "))"
          }
        ])
    ],
    classifiers: [Kind("one", "One"), Kind("two", "Two")], metrics: [Kind("score", "A score")])

  private func problems(side: String, classifier: String = ", classifier: one") -> [String] {
    let text = """
      table: t
      title: T
      source: {paper: P, place: Table 1}
      dataset: {kind: shapes, side: \(side)}
      repeats: 3
      columns:
        - {id: a, label: A, metric: score\(classifier)}
        - {id: b, label: B, metric: score, classifier: two, rows: [once]}
      rows:
        - {id: thrice, label: Thrice, representation: {kind: net, depth: 2}}
        - {id: once, label: Once, repeats: 1, representation: net}
      """
    do {
      _ = try ManifestFile.parse(text: text, path: "t.yaml", vocabulary: Self.vocabulary)
      return []
    } catch {
      return (error as? ManifestError)?.diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
        ?? ["\(error)"]
    }
  }

  @Test func rulesAreToldOfTheTableOnceItIsKnown() {
    #expect(
      problems(side: "16") == [
        "10:68: depth, 3 times, 16 pixels, by one",
        "11:57: depth, 1 times, 16 pixels, by one and two",
      ])
  }

  @Test func theyAreToldOfEveryProfile() {
    #expect(
      problems(side: "{quick: 8, desk: 16, paper: 16}") == [
        "10:68: depth, 3 times, 8 pixels, by one", "10:68: depth, 3 times, 16 pixels, by one",
        "11:57: depth, 1 times, 8 pixels, by one and two",
        "11:57: depth, 1 times, 16 pixels, by one and two",
      ])
  }

  /// What is not known is not told: another check has more to say of it.
  @Test func aColumnWithoutAClassifierLeavesClassifiersUnknown() {
    #expect(problems(side: "16", classifier: "").isEmpty)
  }
}
