extension ExperimentDecoder {
  /// Whether every column can be measured of what a row leaves, by way of a classifier where it needs one.
  func checkPorts(of row: Row, in columns: [Column], at plan: RowPlan) {
    guard let representation = kind(.representation, row.representation), !representation.gives.isEmpty else {
      return
    }
    let mark = plan.body.representation?.mark ?? plan.members.node.mark
    for column in columns {
      guard let metric = kind(.metric, column.metric), let needed = metric.takes,
        !representation.gives.contains(needed)
      else { continue }
      let left = "the metric `\(metric.name)` takes \(needed.rawValue), and the row `\(row.id)` leaves "
      guard let classifier = row.classifier(column) else {
        // One that is wrong has been reported already.
        if plan.body.classifier != nil || isGiven("classifier", for: column) { continue }
        let choices = vocabulary.kinds(.classifier, with: dataset).filter { $0.gives.contains(needed) }
        findings.error(
          left + representation.gives.map(\.rawValue).joined(separator: " and "), at: mark,
          choices.isEmpty
            ? nil
            : "give the column `\(column.id)` or the row a `classifier`: "
              + Suggestions.listed(choices.map(\.name)))
        continue
      }
      guard let kind = kind(.classifier, classifier) else { continue }
      if let takes = kind.takes, !representation.gives.contains(takes) {
        findings.error(
          left + representation.gives.map(\.rawValue).joined(separator: " and ")
            + ", of which the classifier `\(kind.name)` makes nothing: it takes \(takes.rawValue)", at: mark)
      } else if !kind.gives.isEmpty, !kind.gives.contains(needed) {
        findings.error(
          left + "\(kind.gives.map(\.rawValue).joined(separator: " and ")) by its classifier `\(kind.name)`",
          at: mark)
      }
      checkLabels(of: column, for: classifier, kind, at: mark)
    }
  }

  /// Whether a classifier can work with as few labels as a column gives it: only here are both known.
  private func checkLabels(of column: Column, for classifier: Configured, _ kind: Kind, at mark: Mark) {
    guard let labels = column.labelsPerClass else { return }
    let values = classifier.parameters.merging(["labels-per-class": .int(labels)]) { $1 }
    for problem in kind.rules.compactMap({ $0.problem(values) }) {
      findings.error("column `\(column.id)`: " + problem, at: mark)
    }
  }

  private func isGiven(_ key: String, for column: Column) -> Bool {
    outline.columns.contains { $0["id"]?.scalar?.text == column.id && $0[key] != nil }
  }

  private func kind(_ role: Role, _ configured: Configured) -> Kind? {
    vocabulary.kinds(role, with: dataset).first { $0.name == configured.kind }
  }
}
