import Results

/// How a free number of a classifier was chosen, in words.
struct SelectionText {
  let lines: [String]

  init(_ selection: Selection) {
    let name = selection.parameter
    let chosen = selection.draws.map { NumberText.shortest($0.chosen) }
    var lines = ["\(name) chosen, by \(selection.criterion):  \(chosen.joined(separator: "  "))"]
    lines += selection.curve.map { candidate, score in
      "\(name) = \(NumberText.shortest(candidate)):  \(NumberText.short(score))"
    }
    if !selection.failed.isEmpty {
      lines.append(
        "\(name) whose fit failed, ranked last:  "
          + selection.failed.map(NumberText.shortest).joined(separator: "  "))
    }
    self.lines = lines
  }
}
