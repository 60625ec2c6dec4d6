import Files
import Manifest
import Results

/// A chart: the numbers as a tidy table, and the script that draws them.
struct Figure {
  /// The stem of the file names.
  let name: String
  let caption: String
  /// One observation a line, with a heading.
  let csv: String
  /// For gnuplot; writes `GnuplotScript.output`.
  let script: GnuplotScript
}

extension Figure {
  /// The charts of a table, in the order of the report.
  static func all(of layout: TableLayout) -> [Figure] {
    layout.furtherSections.compactMap { sweep(of: $0.title, $0.columns, in: layout) }
      + parameters(in: layout) + weights(in: layout) + searches(in: layout)
      + [confusion(in: layout)].compactMap { $0 } + milestones(in: layout)
      + [training(in: layout)].compactMap { $0 }
  }

  /// `desk profile, 3 repeats`: what every title ends with.
  static func profileNote(_ experiment: Experiment) -> String {
    "\(experiment.profile) profile, \(NumberText.count(experiment.repeats, "repeat"))"
  }

  /// A file name of lower-case letters, digits and hyphens.
  static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.joined(separator: "-")
  }
}
