extension ExperimentDecoder {
  func expectations(on columns: [Column]) -> [Expectation] {
    guard let node = outline.members["expect"], let chosen = reader.choose(node) else { return [] }
    return (chosen.elements ?? [chosen]).compactMap { element in
      guard let element = reader.choose(element), !element.isNull else { return nil }
      return reader.value(element, as: .text, named: "expect").flatMap {
        expectation($0.string ?? "", element, columns)
      }
    }
  }

  /// `LEFT RELATION RIGHT on COLUMN`.
  private func expectation(_ text: String, _ node: Node, _ columns: [Column]) -> Expectation? {
    let words = Self.words(text, node)
    guard words.count == 5, let relation = Expectation.Relation(rawValue: words[1].text),
      words[3].text == "on"
    else {
      findings.error(
        "`\(text)` is not an expectation", at: node.mark, "write it as `ROW > ROW on COLUMN`, with >, < or ~")
      return nil
    }
    let rows = outline.rows.map(\.id)
    let isAboutOthers = ![words[0], words[2]].allSatisfy { rows.contains($0.text) }
    let measured = columns.first { $0.id == words[4].text }?.rows
    let leftOut = [words[0], words[2]].filter {
      rows.contains($0.text) && measured?.contains($0.text) == false
    }
    if outline.isForeign(node),
      isAboutOthers || !leftOut.isEmpty || !outline.columnIDs.contains(words[4].text)
    {
      return nil
    }
    for word in [words[0], words[2]] where !rows.contains(word.text) {
      findings.error(
        "there is no row `\(word.text)`", at: word.mark,
        Suggestions.instead(of: word.text, among: rows, listing: "rows"))
    }
    if !outline.columnIDs.contains(words[4].text) {
      findings.error(
        "there is no column `\(words[4].text)`", at: words[4].mark,
        Suggestions.instead(of: words[4].text, among: outline.columnIDs, listing: "columns"))
    }
    for word in leftOut {
      findings.error(
        "the column `\(words[4].text)` leaves the row `\(word.text)` out", at: word.mark,
        "add `\(word.text)` to the column's `rows`")
    }
    if words[0].text == words[2].text {
      findings.error("`\(words[0].text)` is compared with itself", at: words[2].mark)
    }
    return Expectation(left: words[0].text, relation: relation, right: words[2].text, column: words[4].text)
  }

  /// Words with their places, where the text stands in one line as it is; else they all get the text's own place.
  private static func words(_ text: String, _ node: Node) -> [(text: String, mark: Mark)] {
    let scalars = Array(text.unicodeScalars)
    let line = Array(node.mark.sourceLine.unicodeScalars.dropFirst(node.mark.column - 1))
    let offset = [0, 1].first { line.dropFirst($0).starts(with: scalars) }
    return scalars.indices.split { scalars[$0] == " " }.map { range in
      let word = String(String.UnicodeScalarView(scalars[range.startIndex..<range.endIndex]))
      var mark = node.mark
      if let offset {
        mark.column += offset + range.startIndex
        mark.length = range.count
      }
      return (word, mark)
    }
  }
}
