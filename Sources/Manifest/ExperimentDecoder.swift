import Files

/// Makes the experiment of one profile from an outline.
struct ExperimentDecoder {
  let vocabulary: Vocabulary
  let outline: Outline
  let reader: ValueReader

  var findings: Findings { reader.findings }
  var profile: Profile { reader.profile }

  init(vocabulary: Vocabulary, outline: Outline, profile: Profile, findings: Findings) {
    self.vocabulary = vocabulary
    self.outline = outline
    self.reader = ValueReader(profile: profile, findings: findings)
  }

  /// Nil only where errors were found.
  func experiment() -> Experiment? {
    let top = outline.members
    let table = Names.read(top.entry("table"), findings: findings)
    let title = text(top, "title")
    let source = source(top["source"])
    let dataset = top["dataset"].flatMap { configured($0, .dataset, key: "dataset") }
    let repeats = integer(top, "repeats")
    let seed = integer(top, "seed")
    let deviations = top["deviations"].map { notes($0, named: "deviations") } ?? []
    let choices = top["choices"].map { notes($0, named: "choices") } ?? []
    let columns = outline.columns.compactMap(column)
    let rows = outline.rows.compactMap(row)
    let expectations = expectations(on: columns)
    for (row, plan) in zip(rows, outline.rows) where rows.count == outline.rows.count {
      checkPorts(of: row, in: columns, of: dataset, at: plan)
      checkSearch(of: row, of: dataset, at: plan)
      checkClaims(of: row, of: dataset, at: plan)
      if columns.count == outline.columns.count {
        checkSplits(of: row, in: columns, of: dataset, at: plan)
        checkTable(around: row, repeats: repeats ?? 1, columns, dataset, at: plan)
      }
    }
    if rows.count == outline.rows.count, columns.count == outline.columns.count, !findings.hasErrors {
      checkClassifiers(of: rows, in: columns)
    }
    guard !findings.hasErrors else { return nil }
    warnOfSharedLabels(outline.rows.map { ($0.label, "") }, of: "rows")
    warnOfSharedLabels(outline.columns.map { ($0["label"], text($0, "section") ?? "") }, of: "columns")
    guard let table, let title, let source, let dataset, columns.count == outline.columns.count,
      rows.count == outline.rows.count
    else { return nil }
    return Experiment(
      table: table, title: title, source: source, profile: profile.rawValue, dataset: dataset,
      repeats: repeats ?? 1, seed: UInt64(seed ?? 1), columns: columns, rows: rows,
      expectations: expectations, deviations: deviations, choices: choices)
  }

  private func source(_ node: Node?) -> Source? {
    guard let node, let members = Members(node, .source, findings: findings) else { return nil }
    let paper = text(members, "paper")
    let place = text(members, "place")
    guard let paper, let place else { return nil }
    return Source(paper: paper, place: place)
  }

  /// Two lines of a table that nobody can tell apart.
  private func warnOfSharedLabels(_ labels: [(node: Node?, section: String)], of noun: String) {
    var lines: [[String]: Int] = [:]
    for (node, section) in labels {
      guard let node, let text = reader.choose(node)?.scalar?.text else { continue }
      if let line = lines[[section, text]] {
        findings.warning("two \(noun) have the label `\(text)`; the first is on line \(line)", at: node.mark)
      } else {
        lines[[section, text]] = node.mark.line
      }
    }
  }
}
