import Files

extension ExperimentDecoder {
  /// Whether every column can be measured of what a row leaves, by way of a classifier where it needs one.
  func checkPorts(of row: Row, in columns: [Column], of dataset: Configured?, at plan: RowPlan) {
    guard let representation = kind(.representation, row.representation), !representation.gives.isEmpty else {
      return
    }
    let mark = plan.body.representation?.mark ?? plan.members.node.mark
    for column in columns where column.includes(row) {
      guard let metric = kind(.metric, column.metric), let needed = metric.takes,
        !representation.gives.contains(needed)
      else { continue }
      let left = "the metric `\(metric.name)` takes \(needed.rawValue), and the row `\(row.id)` leaves "
      guard let classifier = row.classifier(column) else {
        // One that is wrong has been reported already.
        if plan.body.classifier != nil || isGiven("classifier", for: column) { continue }
        let choices = vocabulary.kinds(.classifier, with: outline.dataset).filter {
          $0.gives.contains(needed)
        }
        findings.error(
          left + representation.gives.map(\.rawValue).joined(separator: " and "), at: mark,
          choices.isEmpty
            ? nil
            : "give the column `\(column.id)` or the row a `classifier`: "
              + Suggestions.listed(choices.map(\.name)))
        continue
      }
      guard let kind = kind(.classifier, classifier) else { continue }
      if row.search?.part == .classifier, row.draws(column) > 1 {
        findings.error(
          "the row `\(row.id)` searches over its classifier on one draw of labels, and the column `\(column.id)` has "
            + "\(row.draws(column))", at: plan.body.search?.mark ?? mark, "give the row `draws: 1`")
      }
      if let takes = kind.takes, !representation.gives.contains(takes) {
        findings.error(
          left + representation.gives.map(\.rawValue).joined(separator: " and ")
            + ", of which the classifier `\(kind.name)` makes nothing: it takes \(takes.rawValue)", at: mark)
      } else if !kind.gives.isEmpty, !kind.gives.contains(needed) {
        findings.error(
          left + "\(kind.gives.map(\.rawValue).joined(separator: " and ")) by its classifier `\(kind.name)`",
          at: mark)
      }
      checkLabels(of: column, row, for: classifier, kind, in: dataset, at: mark)
    }
  }

  /// Whether the data set has the splits that cells are measured on.
  func checkSplits(of row: Row, in columns: [Column], of dataset: Configured?, at plan: RowPlan) {
    guard let dataset, let splits = vocabulary.datasets.first(where: { $0.name == dataset.kind })?.splits
    else { return }
    for (index, column) in columns.enumerated() {
      guard column.includes(row), let name = row.split ?? column.split else { continue }
      let mark =
        (row.split == nil ? outline.columns[index]["split"] : plan.body.split)?.mark
        ?? plan.members.node.mark
      guard let split = splits.first(where: { $0.name == name }) else {
        findings.error(
          "no cell can be measured on the split `\(name)` of the data set `\(dataset.kind)`", at: mark,
          splits.isEmpty
            ? "leave `split` out: its images are no train and test split"
            : Suggestions.instead(of: name, among: splits.map(\.name), listing: "there are"))
        return
      }
      if let field = split.field, (dataset.parameters[field]?.int ?? 0) == 0 {
        findings.error(
          "nothing is held out as the split `\(name)`, because `\(field)` is 0", at: mark,
          "give `\(field)` under `dataset`")
        return
      }
    }
  }

  /// Whether what is said for classifiers reaches one: only where the rest of the table is sound is that known.
  func checkClassifiers(of rows: [Row], in columns: [Column]) {
    for (column, members) in zip(columns, outline.columns) {
      let included = rows.filter(column.includes)
      guard !included.isEmpty, !included.contains(where: { needsClassifier($0, column) }) else { continue }
      for key in ["classifier", "labels-per-class", "draws"] {
        guard let mark = members.entry(key)?.keyMark else { continue }
        findings.error(
          "`\(key)` is for classifiers, and `\(column.metric.kind)` takes what the rows leave without one",
          at: mark, "leave it out")
      }
    }
    let needs = rows.map { row in columns.contains { $0.includes(row) && needsClassifier(row, $0) } }
    let parts: [(String, KeyPath<RowBody, Node?>)] = [("classifier", \.classifier), ("draws", \.draws)]
    for (key, part) in parts {
      // Another row of a matrix, or one that extends this one, may need what this one does not.
      let read = zip(outline.rows, needs).compactMap { $1 ? $0.body[keyPath: part]?.mark : nil }
      for (plan, needsOne) in zip(outline.rows, needs) where !needsOne {
        guard let entry = plan.members.entry(key), !read.contains(where: entry.value.mark.isSame(as:))
        else { continue }
        findings.error(
          "`\(key)` is for classifiers, and every column of this row takes what it leaves without one",
          at: entry.keyMark, "leave it out")
      }
    }
  }

  /// Whether a cell takes something other than what the row leaves; so too where the kinds do not say what that is.
  private func needsClassifier(_ row: Row, _ column: Column) -> Bool {
    guard let gives = kind(.representation, row.representation)?.gives,
      let takes = kind(.metric, column.metric)?.takes
    else { return true }
    return !gives.contains(takes)
  }

  /// Whether the row's representation goes with the rest of the table: only here is that known.
  func checkTable(
    around row: Row, repeats: Int, _ columns: [Column], _ dataset: Configured?, at plan: RowPlan
  ) {
    guard let kind = kind(.representation, row.representation), let dataset else { return }
    var values = row.representation.parameters
    values[TableFact.repeats] = .int(row.repeats ?? repeats)
    for (field, value) in dataset.parameters { values[TableFact.dataset(field)] = value }
    let classifiers = columns.filter { $0.includes(row) }.map { row.classifier($0)?.kind }
    let named = classifiers.compactMap { $0 }
    if named.count == classifiers.count {
      values[TableFact.classifiers] = .array(named.map(JSON.string))
    }
    let node = plan.body.representation.flatMap(reader.choose)
    for rule in kind.rules {
      guard let problem = rule.problem(values) else { continue }
      let mark = (node?[rule.field] ?? node?["kind"] ?? node)?.mark
      findings.error(problem, at: mark ?? plan.members.node.mark)
    }
  }

  /// Whether a classifier can work with the labels that a column gives it, and with the splits of the data set: only here
  /// are they known.
  private func checkLabels(
    of column: Column, _ row: Row, for classifier: Configured, _ kind: Kind, in dataset: Configured?,
    at mark: Mark
  ) {
    func images(_ field: String) -> JSON { .int(dataset?.parameters[field]?.int ?? 0) }
    let values = classifier.parameters.merging([
      "labels-per-class": .int(column.labelsPerClass ?? 0), "draws": .int(row.draws(column)),
      "train-images": images("train-images"), "validation-images": images("validation-images"),
      "split": .string(row.split(column)), "mirrored": row.representation.parameters["mirrored"] ?? false,
    ]) { $1 }
    for problem in kind.rules.compactMap({ $0.problem(values) }) {
      findings.error("column `\(column.id)`: " + problem, at: mark)
    }
  }

  private func isGiven(_ key: String, for column: Column) -> Bool {
    outline.columns.contains { $0["id"]?.scalar?.text == column.id && $0[key] != nil }
  }

  private func kind(_ role: Role, _ configured: Configured) -> Kind? {
    vocabulary.kinds(role, with: outline.dataset).first { $0.name == configured.kind }
  }
}
