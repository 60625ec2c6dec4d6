extension ExperimentDecoder {
  func column(_ members: Members) -> Column? {
    let id = members["id"]?.scalar?.text
    let label = text(members, "label")
    let metric = members["metric"].flatMap { configured($0, .metric, key: "metric") }
    let classifier = members["classifier"].flatMap { configured($0, .classifier, key: "classifier") }
    let unit = text(members, "unit")
    let better: Direction? = choice(members, "better")
    let aggregate: Aggregate? = choice(members, "aggregate")
    let decimals = integer(members, "decimals")
    let section = text(members, "section")
    let tolerance = number(members, "tolerance")
    let rows = rows(of: members)
    if let tolerance, let metric { checkTolerance(tolerance, unit: unit, metric, members) }
    guard let id, let label, let metric else { return nil }
    return Column(
      id: id, label: label, unit: unit ?? "", better: better, metric: metric, classifier: classifier,
      labelsPerClass: integer(members, "labels-per-class"), draws: integer(members, "draws"),
      split: text(members, "split"), aggregate: aggregate ?? .mean,
      decimals: decimals ?? 1, section: section ?? "", tolerance: tolerance, rows: rows)
  }

  /// Those that the column is about; nil for all.
  private func rows(of members: Members) -> [String]? {
    guard let rows = value(members, "rows")?.array?.compactMap(\.string), let node = members["rows"] else {
      return nil
    }
    let ids = outline.rows.map(\.id)
    let present = outline.isForeign(node) ? rows.filter(ids.contains) : rows
    checkRows(present, among: ids, members, at: node.mark)
    return present
  }

  /// A row that is named must be there, and one with a published cell must be named.
  private func checkRows(_ rows: [String], among ids: [String], _ members: Members, at mark: Mark) {
    guard let id = members["id"]?.scalar?.text else { return }
    for row in rows where !ids.contains(row) {
      findings.error(
        "there is no row `\(row)`", at: mark, Suggestions.instead(of: row, among: ids, listing: "rows"))
    }
    for row in outline.rows where !rows.contains(row.id) {
      guard let entry = row.members["published"].flatMap(reader.choose)?.entry(id) else { continue }
      findings.error(
        "the column `\(id)` leaves the row `\(row.id)` out, which has a published cell in it",
        at: entry.keyMark,
        "add `\(row.id)` to the column's `rows`")
    }
  }

  /// A score over n test items moves in steps of 1/n; a finer tolerance demands equality without saying so.
  private func checkTolerance(_ tolerance: Double, unit: String?, _ metric: Configured, _ members: Members) {
    guard let kind = vocabulary.kinds(.metric, with: dataset).first(where: { $0.name == metric.kind }),
      let field = kind.testItems,
      let items = metric.parameters[field]?.int, items > 0, let mark = members["tolerance"]?.mark
    else { return }
    let step = (unit == "%" ? 100 : 1) / Double(items)
    // A value and a step that print alike are alike: 1/3000 cannot be written out.
    guard tolerance < step * (1 - 1e-9) else { return }
    findings.error(
      "the tolerance \(tolerance) is finer than one test item: \(items) items move the score in steps of \(step)",
      at: mark, "give at least \(step), or leave it out")
  }
}
